"""Deep research: a question in steps, each with searches that go from what one passage says to the next."""
