"""What providers post to us: whether it is really theirs, and what it says in our words.

Pure, but for the secrets that verifiers are given: no database and no web framework. Whatever is verified and makes
no sense is skipped or refused here, so that what goes on is clean.
"""
