"""Put the plays of an export into the history, batch by batch, resumable after each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from jobs.kinds import LeaseLost, Run
from library.imports.limits import CLOCK_SLACK, FIRST_PLAY_AT, LISTEN_MS
from library.imports.report import MemberReport, Report
from library.imports.rows import Verdict
from library.models import HistoryImport, Play
from library.services.holding import hold_library
from library.services.importing.progress import as_json
from moodsite.restoring.lines import Archive, LineFile, PlayLine

BATCH_ROWS = 5000

Found = tuple[int, PlayLine | None]


@dataclass
class Progress:
    """How far reading is: the file and the lines of it that are stored, and the account so far."""

    file_number: int
    lines: int
    report: Report


class PlayKeeper:
    """Stores the plays of an export for one import."""

    def __init__(
        self, history_import: HistoryImport, *, tracks: dict[int, int], run: Run, progress: Progress
    ) -> None:
        self._import = history_import
        self._tracks = tracks
        self._run = run
        self.progress = progress

    def read_on(self, archive: Archive) -> bool:
        """Store batch after batch from where it stands; whether the end was reached."""
        for file in archive.files("plays"):
            if file.number < self.progress.file_number:
                continue
            if file.number > self.progress.file_number:
                self.progress = Progress(file.number, 0, self.progress.report)
            if not self._read_file(archive, file):
                return False
        return True

    def _read_file(self, archive: Archive, file: LineFile) -> bool:
        done, batch = self.progress.lines, []
        for number, row in enumerate(archive.lines(file, PlayLine)):
            if number < done:
                continue
            batch.append(row)
            if len(batch) == BATCH_ROWS:
                self._store(file, batch)
                batch = []
                if self._run.out_of_time():
                    return False
        self._store(file, batch)
        return True

    def _store(self, file: LineFile, batch: Sequence[PlayLine | None]) -> None:
        with transaction.atomic():
            hold_library(self._import.user)
            plays = [(row, self._play(row)) for row in batch]
            fresh = self._unknown([play for _, play in plays if play is not None])
            Play.objects.bulk_create(fresh)
            self._account(file, plays, fresh=fresh)
            self._save(file, read=len(batch), added=len(fresh))

    def _play(self, row: PlayLine | None) -> Play | None:
        if row is None or row.track_id not in self._tracks or not self._is_possible(row.played_at):
            return None
        return Play(
            user=self._import.user,
            track_id=self._tracks[row.track_id],
            played_at=row.played_at,
            reported_at=row.reported_at,
            ms_played=row.ms_played,
            repeat_no=row.repeat_no,
            source=row.source,
            skipped=row.skipped,
            history_import=self._import,
        )

    def _is_possible(self, moment: datetime) -> bool:
        return FIRST_PLAY_AT <= moment <= self._import.created_at + CLOCK_SLACK

    def _unknown(self, plays: Sequence[Play]) -> list[Play]:
        """Those that are not in the history, each once."""
        known = self._known(plays)
        fresh = []
        for play in plays:
            keys = _keys(play)
            if known.isdisjoint(keys):
                fresh.append(play)
                known.update(keys)
        return fresh

    def _known(self, plays: Sequence[Play]) -> set[Any]:
        if not plays:
            return set()
        moments = [play.played_at for play in plays]
        reported = [play.reported_at for play in plays if play.reported_at]
        near = Play.objects.for_user(self._import.user)
        rows = list(near.filter(played_at__range=(min(moments), max(moments))))
        if reported:
            rows += near.reported_between(min(reported), max(reported))
        return {key for row in rows for key in _keys(row)}

    def _account(
        self, file: LineFile, plays: Sequence[tuple[PlayLine | None, Play | None]], *, fresh: Sequence[Play]
    ) -> None:
        members = self.progress.report.members
        member = members.setdefault(file.number, MemberReport(file.name))
        added = {id(play) for play in fresh}
        for _, play in plays:
            verdict = _verdict(play, is_added=id(play) in added)
            member.verdicts[verdict] = member.verdicts.get(verdict, 0) + 1

    def _save(self, file: LineFile, *, read: int, added: int) -> None:
        self.progress.lines += read
        self._import.rows_read += read
        self._import.plays_added += added
        reading = HistoryImport.objects.filter(pk=self._import.pk, state=HistoryImport.State.READING)
        changes = {
            "cursor": {"restored": {"file": file.number, "lines": self.progress.lines}},
            "report": as_json(self.progress.report),
            "rows_read": self._import.rows_read,
            "plays_added": self._import.plays_added,
        }
        if not reading.update(**changes):
            raise LeaseLost
        self._run.advance(rows=self._import.rows_read, added=self._import.plays_added)


def _keys(play: Play) -> Iterator[Any]:
    """What no two plays of a listener share."""
    yield (play.played_at, play.track_id, play.ms_played, 0 if play.ms_played is None else play.repeat_no)
    if play.reported_at is not None:
        yield ("reported", play.reported_at, play.track_id)


def _verdict(play: Play | None, *, is_added: bool) -> Verdict:
    if play is None:
        return Verdict.INVALID
    if not is_added:
        return Verdict.ALREADY_KNOWN
    is_short = play.ms_played is not None and play.ms_played < LISTEN_MS
    return Verdict.SHORT_PLAY if is_short else Verdict.PLAY
