"""Engines: what lets a role speak. The only package that imports llama_cpp and llguidance."""
