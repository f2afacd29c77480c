"""Encoders: ONNX models that embed texts, in a pool of warm worker processes."""
