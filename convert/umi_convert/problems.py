"""What stands against a conversion, collected before any work, so that a person gets all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from umi_convert.errors import PreflightError
from umi_local.errors import UmiError


class Problems(list[str]):
    """What stands against a conversion.

    Attributes:
        hint: The remedy that goes with a list of problems that was added, where it had one.
    """

    hint: str | None = None

    @contextmanager
    def collected(self, where: str = "") -> Iterator[None]:
        """Turn an error of ours in the block into problems, each with its remedy where it has one of its own."""
        try:
            yield
        except UmiError as error:
            listed = getattr(error, "problems", None)
            self.hint = self.hint or (error.hint if listed else None) or None
            self.extend(f"{where}: {problem}" if where else problem for problem in listed or (_with_hint(error),))

    def stop(self) -> None:
        """Raise if there are any.

        Raises:
            PreflightError: There are; each is listed once.
        """
        if self:
            raise PreflightError(tuple(dict.fromkeys(self)), hint=self.hint)


def _with_hint(error: UmiError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)
