"""OpenAI's API: chat completions, so that any chat front end can ask."""
