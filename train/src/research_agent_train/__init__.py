"""Training of the judge of research-agent, outside its wheel: rows, training, calibration, export."""
