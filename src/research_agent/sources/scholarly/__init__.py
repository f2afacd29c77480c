"""Scholarly sources: what the services of papers have in common."""
