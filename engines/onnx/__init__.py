"""The neural networks as ONNX graphs: their files, and ONNX Runtime behind the same stages."""
