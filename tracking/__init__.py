"""The Segment protocol in our words: what its clients send becomes profiles, events and merges. Pure, no HTTP."""
