"""The demo: people of a scenario sign up, do things and get messages, weeks in seconds, and all is checked."""
