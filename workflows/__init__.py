"""Deterministic drivers: they keep time, listen, and run activities as the pure machine asks."""
