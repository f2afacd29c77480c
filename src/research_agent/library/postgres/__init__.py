"""The store of a library in Postgres: one library, many servers. Needs the extra `postgres`."""
