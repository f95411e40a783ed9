"""Metrics as pure functions of what was wanted and what was said: no model, no file."""
