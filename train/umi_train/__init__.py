"""GLPFT: train a backbone on all roles, then one specialist per role, with LoRA."""
