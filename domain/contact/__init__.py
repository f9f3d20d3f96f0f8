"""The contact policy: may this message go out now? Pure functions over primitives.

In this order: is there consent, is it night there, has the person had enough. Whether the address is usable at all,
and whether somebody wrote STOP, is decided before (`choosing.py`), and nothing here can undo it.
"""
