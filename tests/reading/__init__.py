"""Compares what the one reader says with what a person says: `python -m tests.reading FILE`."""
