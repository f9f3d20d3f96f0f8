"""Schema changes, in order, run by `starter.py migrate` and by the stack."""
