"""Tests of the local stack: real PostgreSQL and Temporal, with small stand-ins for Homing's own processes."""
