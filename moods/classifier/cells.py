"""Cells of a table as numbers, and what is wrong with those that are none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.taxonomy import RANGES

Floats = npt.NDArray[np.float64]

BLANKS: Final = frozenset({"", "nan", "null", "none", "na", "n/a"})
"""What stands for "unknown" in a column of numbers, in any case."""

NOT_FOUND: Final = {"key": -1.0, "mode": -1.0, "tempo": 0.0, "time_signature": 0.0, "duration_ms": 0.0}
"""Values that a source gives where it found none: unknown, not wrong."""


LIMITS: Final = {
    **RANGES,
    **dict.fromkeys(("n_words", "n_unique"), (0.0, 1e6)),
    **dict.fromkeys(("vader_mean", "vader_last_quarter"), (-1.0, 1.0)),
    **dict.fromkeys(("vader_pos_share", "vader_neg_share"), (0.0, 1.0)),
    "vader_sd": (0.0, 2.0),
}
"""Lowest and highest value of every column of numbers, both included."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with a cell. Row 1 is the first below the header, 0 the file as a whole."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        where = [f"row {self.row}"] if self.row else []
        where += [f"column {self.column}"] if self.column else []
        return ": ".join([*([", ".join(where)] if where else []), self.what])


class BadTable(ValueError):
    """The table cannot be scored as it is; `problems` says what to mend."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class Column:
    """A named column of cells."""

    name: str
    cells: list[str]


def numbers(column: Column, *, problems: list[Problem]) -> Floats:
    """Cells as numbers within LIMITS (n,), NaN where blank; what is wrong is added to `problems`."""
    try:
        values = np.array([float(cell) if cell else math.nan for cell in column.cells])
    except ValueError:
        values = np.array([_number(cell) for cell in column.cells])
        problems += _not_numbers(column, values)
    wrong = _outside(values, column.name)
    problems += [Problem(row + 1, column.name, _told(column, row)) for row in np.flatnonzero(wrong).tolist()]
    return np.where(values == NOT_FOUND.get(column.name, np.nan), np.nan, values)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _not_numbers(column: Column, values: Floats) -> list[Problem]:
    bad = [row for row in np.flatnonzero(np.isnan(values)).tolist() if not _blank(column.cells[row])]
    return [Problem(row + 1, column.name, f"{column.cells[row]!r} is not a number") for row in bad]


def _blank(cell: str) -> bool:
    return cell.strip().lower() in BLANKS


def _outside(values: Floats, name: str) -> npt.NDArray[np.bool_]:
    low, high = LIMITS[name]
    wrong = (values < low) | (values > high) | np.isinf(values)
    return np.asarray(wrong & (values != NOT_FOUND.get(name, np.nan)))


def _told(column: Column, row: int) -> str:
    low, high = LIMITS[column.name]
    return f"{column.cells[row]} is outside {low:g} to {high:g}"
