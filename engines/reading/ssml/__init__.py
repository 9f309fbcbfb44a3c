"""SSML: what a text says of how it is to be spoken, read into runs of plain text."""
