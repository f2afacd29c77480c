"""Encoders: ONNX models that turn texts into vectors, in a pool of warm worker processes."""
