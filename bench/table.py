"""One line of a table of figures: ours, the floor it stands on, their ratio, and what it has to reach."""

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = "| figure | floor | Moodsite | times the floor | to reach | |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Line:
    """A measured figure; `floor` is the same for the least that could do it, in the same unit."""

    name: str
    ours: float
    unit: str
    floor: float | None = None
    reach: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the bound is kept; without one it is."""
        if self.reach is None:
            return True
        return self.ours >= self.reach if self.at_least else self.ours <= self.reach

    def __str__(self) -> str:
        floor = "" if self.floor is None else f"{_short(self.floor)} {self.unit}"
        ratio = f"{self.ours / self.floor:.2f}" if self.floor else ""
        sign = ">=" if self.at_least else "<="
        bound = "" if self.reach is None else f"{sign} {_short(self.reach)} {self.unit}"
        verdict = "" if self.reach is None else ("ok" if self.reached else "MISSED")
        return f"| {self.name} | {floor} | {_short(self.ours)} {self.unit} | {ratio} | {bound} | {verdict} |"


def show(lines: Iterable[Line]) -> int:
    """Print the table line by line as it comes; 1 when something in it is missed."""
    print(HEAD, flush=True)
    missed = 0
    for line in lines:
        print(line, flush=True)
        missed += not line.reached
    return int(missed > 0)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
