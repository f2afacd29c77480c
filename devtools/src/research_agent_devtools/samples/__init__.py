"""Sample inputs made from code and seeds: models, PDFs, stored sessions, hostile texts and response bodies."""
