"""The MeloTTS engine: text to phones, phones to audio."""
