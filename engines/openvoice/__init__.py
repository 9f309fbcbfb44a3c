"""The OpenVoice V2 engine: the colour of a voice, and its transfer to base audio."""
