"""The Segment protocol in our words."""
