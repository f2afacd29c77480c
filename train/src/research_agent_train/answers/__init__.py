"""Rows that the reader learns from: questions, each with a passage of which some sentences answer it, or none."""
