"""Sessions: every run, event by event, in SQLite."""
