"""The parts that the neural engines share: networks from the papers, inference only.

Shapes are written (B, C, T): batch, channels, time, where time is phones or spectrogram frames.
Nothing here knows languages, files of a user, or HTTP.
"""
