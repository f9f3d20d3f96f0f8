"""What the templates that ship say, kept as files."""
