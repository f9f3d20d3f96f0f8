"""What people choose about the messages they get, and the links by which they come to choose it."""
