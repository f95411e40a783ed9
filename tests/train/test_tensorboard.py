"""What a stage logs is in TensorBoard's files too, each step once, however often the run was resumed."""

from __future__ import annotations

import pytest

from umi_train.run_log import RunLog, read_log

pytest.importorskip("tensorboard", reason="TensorBoard isn't installed; the extra dev brings it")


def scalars(folder):
    """Return the values by name and step, as TensorBoard shows them."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder / "tensorboard"))
    found.Reload()
    return {name: {event.step: event.value for event in found.Scalars(name)} for name in found.Tags()["scalars"]}


def line(step, loss):
    return {"step": step, "loss": loss, "losses": {"caller": loss / 2}, "learning_rate": 0.5, "tokens": 100 + step}


def test_losses_are_there_by_role_and_step(tmp_path):
    log = RunLog(tmp_path, 0)
    for step in range(3):
        log.write(line(step, 4.0 - step))
    log.write({"step": 2, "dev": {"caller": 1.25}})
    log.close()
    found = scalars(tmp_path)
    assert found["loss"] == {0: 4.0, 1: 3.0, 2: 2.0}
    assert found["losses/caller"] == {0: 2.0, 1: 1.5, 2: 1.0}
    assert found["dev/caller"] == {2: 1.25}
    assert found["tokens"] == {0: 100, 1: 101, 2: 102}


def test_steps_that_a_resumed_run_does_again_are_there_once(tmp_path):
    first = RunLog(tmp_path, 0)
    for step in range(4):
        first.write(line(step, 10.0 + step))
    first.close()
    second = RunLog(tmp_path, 2)  # the checkpoint was before step 2
    for step in range(2, 5):
        second.write(line(step, 20.0 + step))
    second.close()
    wanted = {0: 10.0, 1: 11.0, 2: 22.0, 3: 23.0, 4: 24.0}
    assert scalars(tmp_path)["loss"] == wanted
    assert {entry["step"]: entry["loss"] for entry in read_log(tmp_path)} == wanted
