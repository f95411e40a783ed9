"""Turn checkpoints and adapters into bundles: merge, GGUF, quantize, and a verdict."""
