"""The HTTP API: what backend services and providers call. It checks, hands to `client`, and answers.

`app.py` puts it together. Every path is closed unless `app.py` says that its router has a lock of its own.
"""
