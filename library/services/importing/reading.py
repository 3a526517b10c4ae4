"""Read an uploaded download into the history: one transaction a batch, resumable after each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from jobs.kinds import LeaseLost, Run
from library.imports.download import open_download
from library.imports.errors import DownloadRefused
from library.imports.reading import DownloadReader, MemberEnd
from library.imports.report import Report
from library.imports.rows import Member, Row
from library.models import HistoryImport
from library.services.holding import hold_library
from library.services.importing.ending import fail_import, finish_import
from library.services.importing.formats import other_format
from library.services.importing.progress import (
    Cursor,
    as_json,
    expected_rows,
    in_batches,
    saved_cursor,
    saved_report,
)
from library.services.importing.storing import store_batch
from library.services.importing.tracks import TrackRows
from library.services.importing.upload import open_upload

BATCH_ROWS = 5_000
LEAST_BATCHES = 30
"""So many batches are stored before a unit ends, since the next one reads up to there again."""


class AnotherIsRead(Exception):
    """Another import of the same listener is being read: this one waits."""


def read_upload(history_import: HistoryImport, *, run: Run, now: datetime) -> bool:
    """Read on from where it stands; whether it has come to its end, good or bad.

    False means that this unit has run long enough and another should go on. Raises AnotherIsRead,
    and LeaseLost when the import was cancelled or deleted meanwhile.
    """
    _begin(history_import, now=now)
    try:
        if other := other_format(open_upload(history_import)):
            found, archive = other
            return found.read(history_import, archive, run=run, now=now)
        download = open_download(open_upload(history_import), history_import.file_name)
    except DownloadRefused as refusal:
        fail_import(history_import, problem=str(refusal), now=now)
        return True
    history_import.is_small_package = download.is_small_package
    reader = DownloadReader(
        download,
        now=history_import.created_at,
        leaves_out_incognito=history_import.leaves_out_incognito,
    )
    reading = _Reading(history_import, run=run, members=download.history, now=now)
    if not reading.read_on(reader):
        return False
    finish_import(history_import, cursor=reading.cursor, report=reading.report, now=now)
    return True


def _begin(history_import: HistoryImport, *, now: datetime) -> None:
    """Mark it as being read, unless it is already; the constraint lets one of a listener be read."""
    waiting = HistoryImport.objects.filter(pk=history_import.pk, state=HistoryImport.State.WAITING)
    try:
        with transaction.atomic():
            waiting.update(state=HistoryImport.State.READING, started_at=now)
    except IntegrityError as error:
        raise AnotherIsRead from error
    history_import.refresh_from_db()
    if history_import.state != HistoryImport.State.READING:
        raise LeaseLost


class _Reading:
    """One unit of reading: what is kept from batch to batch."""

    def __init__(
        self, history_import: HistoryImport, *, run: Run, members: Sequence[Member], now: datetime
    ) -> None:
        self.cursor: Cursor = saved_cursor(history_import)
        self.report: Report = saved_report(history_import)
        self._import = history_import
        self._run = run
        self._members = members
        self._tracks = TrackRows(now=now)

    def read_on(self, reader: DownloadReader) -> bool:
        """Store batch after batch; whether the end was reached."""
        found = reader.rows(after=self.cursor.checkpoint)
        for stored, (rows, ends) in enumerate(in_batches(found, size=BATCH_ROWS)):
            # Asked with a batch at hand: a unit that ends always leaves something to the next one.
            if stored >= LEAST_BATCHES and self._run.out_of_time():
                return False
            with transaction.atomic():
                hold_library(self._import.user)
                self._store(rows, ends)
        return True

    def _store(self, rows: list[Row], ends: list[MemberEnd]) -> None:
        batch = store_batch(self._import, rows, tracks=self._tracks, number=self.cursor.batches)
        for row in batch.rows:
            self.report.add(row)
        for end in ends:
            self.report.close(end.member, end.damage)
        self.cursor.move(batch.rows)
        reading = rows[-1].member if rows else None
        self.cursor.expected_rows = expected_rows(self._members, self.report, reading=reading)
        self._import.rows_read += len(rows)
        self._import.plays_added += len(batch.added)
        self._save()
        self._run.advance(rows=self._import.rows_read, added=self._import.plays_added)

    def _save(self) -> None:
        changes: dict[str, Any] = {
            "cursor": as_json(self.cursor),
            "report": as_json(self.report),
            "rows_read": self._import.rows_read,
            "plays_added": self._import.plays_added,
            "is_small_package": self._import.is_small_package,
        }
        reading = HistoryImport.objects.filter(pk=self._import.pk, state=HistoryImport.State.READING)
        if not reading.update(**changes):
            raise LeaseLost
