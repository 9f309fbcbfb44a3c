"""The networks as files for other runtimes: ONNX graphs, and a Triton model repository."""
