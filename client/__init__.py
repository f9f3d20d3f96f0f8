"""The Python client for backend services: sign people up, report events, signal journeys, see where people are."""
