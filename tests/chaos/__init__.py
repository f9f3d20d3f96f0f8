"""Many journeys, and everything that goes wrong at once."""
