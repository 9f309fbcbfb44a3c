"""Audio files and signals: decode, encode, resample, speech segments, pitch."""
