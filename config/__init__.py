"""Settings and profiles; imports nothing else of Phonex."""
