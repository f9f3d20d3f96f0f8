"""One-time codes on real PostgreSQL, real Temporal and real HTTP, against those who abuse them."""
