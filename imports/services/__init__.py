"""Bringing shop files in: read, check, commit."""
