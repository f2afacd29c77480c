"""Recovery of a damaged store: nothing that can still be read is lost."""
