"""Training a role again: from its earlier adapter, on new records, with a report of what changed on the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from umi_local.messages import JsonValue, Role
from umi_train.config import StageConfig
from umi_train.data import DataSet
from umi_train.errors import TrainError
from umi_train.jobs import Job
from umi_train.lora import read_weights, set_weights
from umi_train.measure import Measured, measure
from umi_train.network import Network
from umi_train.processes import Processes
from umi_train.role_folder import read_card
from umi_train.row_threads import RowThreads


def changes(role: Role, before: Measured, after: Measured, names: Sequence[str]) -> dict[str, JsonValue]:
    """Return what a retraining changed for a role on the records of before: losses in nats a token.

    Args:
        names: The records' ids.
    """
    moved = {number: after.records[number] - loss for number, loss in before.records.items() if number in after.records}
    worst = sorted(moved, key=lambda number: -moved[number])[:10]
    return {
        "records": len(moved),
        "loss_before": before.roles.get(role),
        "loss_after": after.roles.get(role),
        "better": sum(change < 0 for change in moved.values()),
        "worse": sum(change > 0 for change in moved.values()),
        "worst": [{"id": names[number], "change": round(moved[number], 4)} for number in worst if moved[number] > 0],
    }


@dataclass(frozen=True, slots=True)
class OldRecords:
    """The records of before, ready to be measured again."""

    network: Network
    job: Job
    data: DataSet
    row_tokens: int
    processes: Processes

    @property
    def names(self) -> list[str]:
        """The records' ids."""
        return [self.data.store.record_id(number) for number in range(len(self.data.store))]

    def measured(self) -> Measured:
        """Return what the network loses on them now."""
        units = self.job.units(self.data.store)
        with RowThreads(self.row_tokens, self.network.device) as rows:
            return measure(self.network, self.job, self.data.store, units, rows, self.processes)


def check_start(folder: Path, role: Role, stage: StageConfig, fingerprint: str) -> None:
    """Refuse an adapter that was trained for something else.

    Raises:
        TrainError: It was; the message says what for.
    """
    card = read_card(folder)
    for what, found, wanted in (
        ("role", card.role, role.value),
        ("mode", card.mode, stage.mode),
        ("base", card.base_fingerprint, fingerprint),
    ):
        if found != wanted:
            raise TrainError(
                f"{folder} can't be gone on from: its {what} is {found!r}, and this trains {wanted!r}",
                hint="Give the base and the backbone that it was trained on, or train the role anew without --from.",
            )


def start_from_adapter(network: Network, role: Role, folder: Path) -> None:
    """Put an earlier adapter into a role's.

    Raises:
        TrainError: It has another shape.
    """
    try:
        set_weights(network.model, role.value, read_weights(folder))
    except ValueError as error:
        raise TrainError(
            f"{folder} can't be gone on from: {error}", hint="Give [lora] the values it had then."
        ) from error
