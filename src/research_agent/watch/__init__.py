"""
Watch: questions that are asked anew at intervals, and what is new in what the sources say.

    intervals -> how often        askings -> one question asked, compared and settled        feed -> changes as Atom
    known_statements -> what answers said, and their texts            changes -> what is new in another
"""
