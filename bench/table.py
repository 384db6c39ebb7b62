"""What the bench prints: a line a measurement, its aim, and whether it is met."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A measurement that should be no more than its aim; None: told, and not judged."""

    what: str
    measured: float
    aim: float | None = None

    @property
    def met(self) -> bool:
        return self.aim is None or self.measured <= self.aim

    @property
    def cells(self) -> tuple[str, str, str, str]:
        aim = "" if self.aim is None else f"at most {self.aim:,.4g}"
        verdict = "" if self.aim is None else "met" if self.met else "MISSED"
        return self.what, f"{self.measured:,.3g}", aim, verdict


def printed(lines: Iterable[Line]) -> str:
    rows = [("", "Measured", "Aim", ""), *(line.cells for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return "\n".join(
        f"{what:<{widths[0]}}  {measured:>{widths[1]}}  {aim:>{widths[2]}}  {verdict}".rstrip()
        for what, measured, aim, verdict in rows
    )
