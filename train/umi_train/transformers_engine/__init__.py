"""Trained adapters that speak as they were trained: an engine on torch, for evaluating what hasn't been converted."""

from umi_train.transformers_engine.engine import TransformersEngine, open_trained

__all__ = ["TransformersEngine", "open_trained"]
