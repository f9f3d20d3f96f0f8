"""What a journey costs: all ways through it, with what Temporal bills for them and how many messages are sent."""
