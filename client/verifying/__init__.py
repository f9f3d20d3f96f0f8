"""One-time codes for backend services: ask for one, have it sent again, check it, take it back."""
