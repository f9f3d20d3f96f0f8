"""The ways to reach a person, one provider channel per file, all of one shape (protocol.py).

A channel hands one rendered message to its provider and says in provider-neutral words what came of it.
Whether a message should be sent at all is not decided here.
"""
