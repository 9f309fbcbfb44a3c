"""The neural engine: MeloTTS speaks, OpenVoice V2 learns and converts; from one models' folder."""
