"""The journey language: what a journey file may say, how it is read, and what it compiles to."""
