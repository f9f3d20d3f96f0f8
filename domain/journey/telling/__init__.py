"""A journey as a person reads it: its steps, conditions and durations in words."""
