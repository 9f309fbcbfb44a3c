"""ElevenLabs' API, as its clients ask for it: a thin face over the same work."""
