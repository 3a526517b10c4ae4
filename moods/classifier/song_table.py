"""A CSV file of songs as rows of text, read with care: what is wrong with it is told by row and column."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moods.classifier.cells import BadTable, Column, Problem
from moods.classifier.lyric_cells import LYRIC_CELLS
from moods.classifier.taxonomy import FEATURES

Row = list[str]

REQUIRED: Final = ("artist", "title")
READ: Final = frozenset((*REQUIRED, *FEATURES, "genres", "lyrics", *LYRIC_CELLS))
"""Names of the columns that mean something; all others pass through."""

PROBLEMS_TOLD: Final = 20
_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class SongTable:
    """A CSV file: its header, its rows as text, each as wide as the header."""

    header: tuple[str, ...]
    rows: list[Row]

    def column(self, name: str) -> Column:
        """Cells of a column; blanks where the file has no such column."""
        if name not in self.header:
            return Column(name, [""] * len(self.rows))
        position = self.header.index(name)
        return Column(name, [row[position] for row in self.rows])


def read_table(path: Path) -> SongTable:
    """Read a CSV file in UTF-8, with or without a byte order mark; raises BadTable or OSError.

    Blank lines do not count; names of columns in READ are known in any case.
    """
    try:
        lines = _lines(path)
    except UnicodeDecodeError as error:
        raise BadTable([Problem(0, "", f"is no text in UTF-8, save it as such: {error}")]) from error
    if not lines:
        raise BadTable([Problem(0, "", "the file is empty")])
    header, rows = tuple(map(_name, lines[0])), lines[1:]
    problems = _faults_of_header(header) or _faults_of_rows(rows, header)
    if problems:
        raise BadTable(problems[:PROBLEMS_TOLD])
    return SongTable(header, rows)


def _lines(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            return [line for line in reader if line]
        except csv.Error as error:
            raise BadTable([Problem(0, "", f"line {reader.line_num} is not CSV: {error}")]) from error


def _name(cell: str) -> str:
    name = cell.strip()
    return name.lower() if name.lower() in READ else name


def _faults_of_header(header: tuple[str, ...]) -> list[Problem]:
    separator = next((said for mark, said in _OTHER_SEPARATORS.items() if mark in header[0]), "")
    if len(header) == 1 and separator:
        return [Problem(0, "", f"its cells are parted by {separator}; part them by commas")]
    missing = [Problem(0, name, "the column is missing") for name in REQUIRED if name not in header]
    return missing + [Problem(0, name, "the column is there twice") for name in _twice(header)]


def _twice(header: tuple[str, ...]) -> list[str]:
    return sorted({name for name in header if name and header.count(name) > 1})


def _faults_of_rows(rows: Sequence[Row], header: tuple[str, ...]) -> list[Problem]:
    return [_width(number, row, header) for number, row in enumerate(rows, 1) if len(row) != len(header)]


def _width(number: int, row: Row, header: tuple[str, ...]) -> Problem:
    column = header[min(len(row), len(header) - 1)]
    return Problem(number, column, f"the row has {len(row)} cells, the header {len(header)}")
