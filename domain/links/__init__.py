"""Links in messages that lead by way of us: how they are found, shortened, and who followed them. Pure."""
