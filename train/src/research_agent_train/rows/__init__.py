"""Rows of our own to train the judge with, made from the encyclopedia's leads: true sentences and false twins."""
