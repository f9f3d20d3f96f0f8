"""The world for real: a Temporal server in virtual time, PostgreSQL, the worker, and the client that backends use."""
