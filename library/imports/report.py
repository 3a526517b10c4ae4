"""The account of an import: for every file how many rows ended in which class, summing to all."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

import msgspec

from library.imports.rows import Damage, InvalidReason, Member, Row, Verdict

Status = Literal["complete", "partial", "failed"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = ("file", "row", "verdict", "reason", "title", "artist", "ended_at")


class MemberReport(msgspec.Struct):
    """One file: rows by verdict and by reason of invalidity; `damage` when it was not read whole."""

    name: str
    verdicts: dict[Verdict, int] = {}
    reasons: dict[InvalidReason, int] = {}
    damage: Damage | None = None

    @property
    def rows(self) -> int:
        """All rows of the file, which is the sum over its verdicts."""
        return sum(self.verdicts.values())

    @property
    def is_failed(self) -> bool:
        """Whether nothing of the file could be used: no row, or none that is valid."""
        return self.rows == self.verdicts.get(Verdict.INVALID, 0)

    @property
    def is_whole(self) -> bool:
        """Whether the file was read to its end and was what it should be."""
        return self.damage is None and not self.is_failed


class Report(msgspec.Struct):
    """The files read so far, by their place in the download; saved as JSON with the checkpoint."""

    members: dict[int, MemberReport] = {}

    def add(self, row: Row) -> None:
        """Count `row` under its final verdict."""
        report = self._of(row.member)
        report.verdicts[row.verdict] = report.verdicts.get(row.verdict, 0) + 1
        if row.reason:
            report.reasons[row.reason] = report.reasons.get(row.reason, 0) + 1

    def close(self, member: Member, damage: Damage | None) -> None:
        """Note that `member` has been read, and what was wrong with it."""
        self._of(member).damage = damage

    def _of(self, member: Member) -> MemberReport:
        if member.index not in self.members:
            self.members[member.index] = MemberReport(member.name)
        return self.members[member.index]

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """Rows of all files by verdict, in the order of Verdict, those without rows left out."""
        counts = {
            verdict: sum(member.verdicts.get(verdict, 0) for member in self.members.values())
            for verdict in Verdict
        }
        return {verdict: count for verdict, count in counts.items() if count}

    @property
    def rows(self) -> int:
        """All rows of all files."""
        return sum(member.rows for member in self.members.values())

    @property
    def status(self) -> Status:
        """`complete`: every file read whole; `partial`: some damaged; `failed`: nothing usable."""
        members = self.members.values()
        if all(member.is_failed for member in members):
            return "failed"
        return "complete" if all(member.is_whole for member in members) else "partial"

    def to_json(self) -> str:
        """The report as one line of JSON; `from_json` reads it back to an equal report."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Report":
        """The report that `to_json` wrote; raises msgspec.DecodeError for anything else."""
        return msgspec.json.decode(text, type=cls)


class RejectedRow(msgspec.Struct, frozen=True):
    """A row that was not taken, with all that is known of it."""

    member: str
    row_no: int
    verdict: Verdict
    reason: InvalidReason | None
    title: str | None
    artist: str | None
    ended_at: datetime | None


def rejected(rows: Iterable[Row]) -> Iterator[RejectedRow]:
    """Those of `rows`, with their final verdicts, that did not become plays."""
    for row in rows:
        if row.is_stored:
            continue
        play = row.play
        yield RejectedRow(
            member=row.member.name,
            row_no=row.row_no,
            verdict=row.verdict,
            reason=row.reason,
            title=play.title if play else None,
            artist=play.artist if play else None,
            ended_at=play.ended_at if play else None,
        )


class _Line:
    """What csv.writer takes for a file: it gives each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[RejectedRow]) -> Iterator[str]:
    """A heading and a line for each of `rows`; cells a spreadsheet would run get a leading '."""
    writer = csv.writer(_Line())
    yield writer.writerow(CSV_COLUMNS)
    for row in rows:
        ended_at = row.ended_at.isoformat() if row.ended_at else ""
        cells = (row.member, row.row_no, row.verdict, row.reason, row.title, row.artist, ended_at)
        yield writer.writerow([_harmless(cell) for cell in cells])


def _harmless(cell: str | int | None) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
