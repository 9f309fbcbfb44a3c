"""The engine that needs no weights: eSpeak NG speech, WORLD embedding and conversion."""
