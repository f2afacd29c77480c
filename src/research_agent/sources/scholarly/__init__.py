"""Scholarly sources: records, identifiers, markup and deduplication that the services of papers share."""
