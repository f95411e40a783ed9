"""Evaluation: what models say at labelled steps (static), and how runs on tasks with a checker end (live)."""
