"""What the Import pages show of an import, computed before it gets there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils.functional import Promise

from accounts.models import User
from library.import_words import DAMAGES, REASONS, VERDICTS
from library.imports.report import MemberReport, RejectedRow, Report
from library.imports.rows import TRACK_VERDICTS, Verdict
from library.models import HistoryImport
from library.services.importing.progress import saved_cursor, saved_report
from library.services.importing.rejects import count_rejected, rejected_rows

SHOWN_IMPORTS = 50
SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One class of rows: its heading, what it means, how many rows, whether they were stored."""

    label: Promise
    meaning: Promise
    count: int
    is_stored: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of the download: `counts` follow the lines of the whole, and `rows` is their sum."""

    name: str
    counts: Sequence[int]
    rows: int
    damage: Promise | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not taken, with why."""

    file: str
    row_no: int
    why: Promise
    title: str
    artist: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ImportOverview:
    """One import; `lines` and `files` balance: both sum to `rows`."""

    history_import: HistoryImport
    lines: Sequence[Line]
    files: Sequence[FileLine]
    rows: int
    expected_rows: int
    left_out: Sequence[LeftOut]
    n_left_out: int
    n_gaps: int
    same_file: HistoryImport | None

    @property
    def adds_nothing(self) -> bool:
        """Whether all that could be taken was here already."""
        is_read = self.history_import.state in (HistoryImport.State.DONE, HistoryImport.State.PARTIAL)
        return is_read and self.history_import.plays_added == 0


def imports_overview(user: User) -> list[HistoryImport]:
    """The listener's latest imports, the newest first."""
    return list(HistoryImport.objects.for_user(user).newest_first()[:SHOWN_IMPORTS])


def import_overview(history_import: HistoryImport) -> ImportOverview:
    """All that the page of one import shows; a fixed number of queries."""
    report = saved_report(history_import)
    columns = [verdict for verdict in VERDICTS if report.verdicts.get(verdict)]
    return ImportOverview(
        history_import=history_import,
        lines=[_line(verdict, report) for verdict in columns],
        files=[_file_line(member, columns) for _, member in sorted(report.members.items())],
        rows=report.rows,
        expected_rows=max(report.rows, saved_cursor(history_import).expected_rows),
        left_out=[_left_out(row) for row in islice(rejected_rows(history_import), SHOWN_ROWS)],
        n_left_out=count_rejected(history_import),
        n_gaps=history_import.closed_gaps.count(),
        same_file=HistoryImport.objects.of_same_file(history_import).newest_first().first(),
    )


def _line(verdict: Verdict, report: Report) -> Line:
    label, meaning = VERDICTS[verdict]
    return Line(label, meaning, report.verdicts[verdict], verdict in TRACK_VERDICTS)


def _file_line(member: MemberReport, columns: Sequence[Verdict]) -> FileLine:
    counts = [member.verdicts.get(verdict, 0) for verdict in columns]
    return FileLine(member.name, counts, member.rows, DAMAGES[member.damage] if member.damage else None)


def _left_out(row: RejectedRow) -> LeftOut:
    why = REASONS[row.reason] if row.reason else VERDICTS[row.verdict][0]
    return LeftOut(row.member, row.row_no + 1, why, row.title or "", row.artist or "", row.ended_at)
