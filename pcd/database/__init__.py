"""The database: its roles and their limits, the embedded server, and what a process checks before it serves."""
