"""Translations of the catalogue: a module a language, named by its code, whose `TEXTS` has the texts by message."""
