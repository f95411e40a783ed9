"""Prompt profiles: pure functions from a trajectory to the segments that a role reads."""
