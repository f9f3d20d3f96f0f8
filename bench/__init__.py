"""Benchmarks: what Homing costs on top of bare Temporal. Every speed is a ratio against a baseline of the same run."""
