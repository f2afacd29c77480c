"""Text handling: tokens, sentences, hostile text, sanitizing, durations, timestamps, fields of JSON."""
