"""Schema changes, in order, run by `starter.py migrate` and by the stack."""

# The newest revision in `versions`, said here as well: reading it from there costs every start half a second.
HEAD = "0017"
