"""Benchmarks: ratios measured in one run on this machine, each against a peer that does the same work."""
