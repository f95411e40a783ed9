"""umi-local: a tool agent made of three small language models, on this machine."""

__version__ = "0.1.0"
