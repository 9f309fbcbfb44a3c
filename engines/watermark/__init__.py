"""The inaudible mark in all speech: what it is made of, put in, and found again.

`pattern.py` makes signs of a secret, `marker.py` bends a spectrum by them, `detector.py` finds them
in a recording. docs/provenance.md says what the mark can and cannot do.
"""
