"""Kokoro-82M on ONNX Runtime: natural speech without a GPU (Apache-2.0, hexgrad/Kokoro-82M)."""
