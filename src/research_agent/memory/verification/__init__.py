"""Verification: whether an answer still says what its sources say."""
