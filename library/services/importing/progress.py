"""Where the reading of a download stands, as it is saved with every batch."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from library.imports.reading import Checkpoint, MemberEnd
from library.imports.report import Report
from library.imports.rows import ACCOUNT_KINDS, Member, Row
from library.models import HistoryImport

Range = tuple[datetime, datetime]

_ROW_BYTES, _SMALL_ROW_BYTES = 800, 130
"""Of a row of real downloads, extended and small, with its indentation."""


class Cursor(msgspec.Struct):
    """Where it stands: the last stored row, how many batches and, about, how many rows there are.

    `ranges` holds by member the first and last play in it.
    """

    checkpoint: Checkpoint | None = None
    batches: int = 0
    expected_rows: int = 0
    ranges: dict[int, Range] = {}

    def move(self, rows: Sequence[Row]) -> None:
        """Go behind the last of `rows`, a batch."""
        self.batches += 1
        moments: dict[int, list[datetime]] = {}
        for row in rows:
            if row.play is not None:
                moments.setdefault(row.member.index, []).append(row.play.ended_at)
        for member_index, found in moments.items():
            found += self.ranges.get(member_index, ())
            self.ranges[member_index] = (min(found), max(found))
        if rows:
            self.checkpoint = Checkpoint(rows[-1].member.index, rows[-1].row_no)


def saved_cursor(history_import: HistoryImport) -> Cursor:
    """Where the last transaction left off."""
    return msgspec.convert(history_import.cursor, Cursor, strict=False)


def saved_report(history_import: HistoryImport) -> Report:
    """The account of all rows stored so far."""
    return msgspec.convert(history_import.report, Report, strict=False)


def as_json(value: Cursor | Report) -> dict[str, Any]:
    """What a JSON field holds of it."""
    built: dict[str, Any] = msgspec.to_builtins(value, str_keys=True)
    return built


def covered(cursor: Cursor, report: Report) -> Iterator[Range]:
    """The times of which the download tells everything.

    From the first to the last play where every file was read whole; file by file where one was not.
    """
    if report.status == "complete":
        if cursor.ranges:
            yield min(r[0] for r in cursor.ranges.values()), max(r[1] for r in cursor.ranges.values())
        return
    for index, member_range in sorted(cursor.ranges.items()):
        if report.members[index].is_whole:
            yield member_range


def expected_rows(members: Sequence[Member], report: Report, *, reading: Member | None) -> int:
    """About how many rows all `members` have, from those that came before the one being read."""
    behind = [member for member in members if reading is not None and member.index < reading.index]
    rows = sum(report.members[member.index].rows for member in behind if member.index in report.members)
    size = sum(member.size for member in behind)
    ahead = sum(member.size for member in members) - size
    if rows:
        return rows + round(ahead * rows / size)
    is_small = all(member.kind in ACCOUNT_KINDS for member in members)
    return ahead // (_SMALL_ROW_BYTES if is_small else _ROW_BYTES)


def in_batches(found: Iterable[Row | MemberEnd], *, size: int) -> Iterator[tuple[list[Row], list[MemberEnd]]]:
    """Cut what a reader gives into batches of `size` rows, with the members that ended in each."""
    rows: list[Row] = []
    ends: list[MemberEnd] = []
    for step in found:
        if isinstance(step, MemberEnd):
            ends.append(step)
            continue
        rows.append(step)
        if len(rows) >= size:
            yield rows, ends
            rows, ends = [], []
    if rows or ends:
        yield rows, ends
