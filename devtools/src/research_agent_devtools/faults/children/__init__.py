"""Programs that rows start as processes of their own, to be killed, starved or measured."""
