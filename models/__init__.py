"""What Homing keeps in PostgreSQL: tables, the queries on them, and one way to a session.

Unique keys give idempotency, never a look-up before an insert. Times named `*_at` are journey time unless they say
`real`; in production, at pace 1, both are the same.
"""
