"""The local stack of `make demo` and `starter.py up`: all of it runs, or nothing of it."""
