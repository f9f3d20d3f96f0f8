"""Authenticator apps for the people of a product: set up, checked, and given up. PostgreSQL alone; no journey is told.

What a person must see once (a secret, recovery codes) is returned by what makes it and by nothing else.
"""
