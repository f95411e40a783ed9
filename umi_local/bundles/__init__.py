"""Bundles: models, adapters and endpoints of the three roles, described by one TOML file."""
