"""A signup page, as a product of yours might have it: a code to prove the phone or mailbox, then a welcome.

It knows Homing as a backend does, by HTTP and an API key, and is served by the demo only.
"""
