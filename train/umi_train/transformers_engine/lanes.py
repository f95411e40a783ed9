"""Lanes: as many conversations at once as were asked for, on one model.

A lane has texts and a thread of its own. Whoever asks again gets the lane where he was last, if it is free: what was read
of his conversation is still there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from umi_local.engine.constrain import CallGrammars
from umi_local.engine.seated import SeatedEngine
from umi_local.engine.worker import Worker
from umi_local.errors import EngineError
from umi_train.transformers_engine.house import TrainedModel


class Lanes:
    """Engines on one model, made when they are needed. Safe to use from several threads.

    Args:
        model: Freed with the lanes.
        n: How many there may be; who comes when all are taken waits.
    """

    def __init__(self, model: TrainedModel, n: int) -> None:
        self._model: TrainedModel | None = model
        self._grammars: dict[int, CallGrammars] = {}
        self._n = n
        self._free: list[SeatedEngine] = []  # the one that was given back first comes first
        self._all: list[SeatedEngine] = []
        self._last: dict[int, SeatedEngine] = {}
        self._given_back = threading.Condition()

    @contextmanager
    def one(self) -> Iterator[SeatedEngine]:
        """Have a lane for the block.

        Raises:
            EngineError: They are closed.
        """
        lane, model = self._take()
        assert model.batcher is not None
        try:
            with model.batcher.speaking():
                yield lane
        finally:
            with self._given_back:
                self._free.append(lane)
                self._given_back.notify_all()  # who closes waits beside those who want a lane

    def close(self) -> None:
        """Wait for those who speak, then free everything. Safe to call twice."""
        with self._given_back:
            model, self._model = self._model, None
            self._given_back.notify_all()
        if model is None:
            return
        for lane in self._all:
            lane.close()
        with self._given_back:
            self._given_back.wait_for(lambda: len(self._free) == len(self._all))
        model.close()

    def _take(self) -> tuple[SeatedEngine, TrainedModel]:
        caller = threading.get_ident()
        with self._given_back:
            self._given_back.wait_for(lambda: self._model is None or self._free or len(self._all) < self._n)
            if self._model is None:
                raise EngineError("the engine is closed")
            lane = self._last.get(caller)
            if lane in self._free:
                self._free.remove(lane)
            elif len(self._all) < self._n:
                lane = SeatedEngine(Worker(f"umi-lane-{len(self._all)}"), self._model.house(), self._grammars)
                self._all.append(lane)
            else:
                lane = self._free.pop(0)
            self._last[caller] = lane
            return lane, self._model
