"""Reads a download row by row, each with its verdict, from the beginning or from a checkpoint."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from library.imports import limits
from library.imports.classify import classify
from library.imports.dedupe import Deduper
from library.imports.download import Download
from library.imports.rows import (
    ACCOUNT_KINDS,
    TRACK_VERDICTS,
    Damage,
    InvalidReason,
    Member,
    PlayRow,
    Row,
    Verdict,
)
from library.imports.splitting import Decoded, Splitter
from library.imports.text import MemberUnreadable


class Checkpoint(msgspec.Struct, frozen=True):
    """The last row that was stored: the index of its member and its number in it."""

    member_index: int
    row_no: int


class MemberEnd(msgspec.Struct, frozen=True):
    """Follows the last row of `member`; `damage` says why there may have been more."""

    member: Member
    damage: Damage | None


class DownloadReader:
    """Turns all history members of a download into rows, duplicates and all.

    The rows depend on nothing but the bytes, `now` and the listener's choice, so a restart with
    the same three continues exactly: rows up to the checkpoint are read again, which takes
    seconds, to refill the memory of the duplicate finder, and are not handed out.
    """

    def __init__(
        self,
        download: Download,
        *,
        now: datetime,
        leaves_out_incognito: bool,
        most_rows: int = limits.MOST_ROWS,
    ) -> None:
        """Judge stamps against `now` (aware; keep it for restarts, such as the upload's time)."""
        self._download = download
        self._now = now
        self._leaves_out_incognito = leaves_out_incognito
        self._rows_left = most_rows
        has_minutes = any(member.kind in ACCOUNT_KINDS for member in download.history)
        self._deduper = Deduper(remembers_minutes=has_minutes)

    def rows(self, *, after: Checkpoint | None = None) -> Iterator[Row | MemberEnd]:
        """All rows in order, a MemberEnd after those of each member; from behind `after` if given.

        Members before the checkpoint's end silently; a checkpoint's own member ends again.
        """
        for member in self._download.history:
            for row in self._member_rows(member):
                if after is None or _is_behind(row, after):
                    yield row

    def _member_rows(self, member: Member) -> Iterator[Row | MemberEnd]:
        row_no = 0
        try:
            splitter = Splitter(self._download.text(member).read)
        except MemberUnreadable as error:
            yield MemberEnd(member, error.damage)
            return
        for batch in splitter.batches():
            taken = batch[: self._rows_left]
            self._rows_left -= len(taken)
            for decoded in taken:
                yield self._judge(member, row_no, decoded)
                row_no += 1
            if len(taken) < len(batch):
                yield MemberEnd(member, Damage.TOO_MANY_ROWS)
                return
        yield MemberEnd(member, splitter.damage)

    def _judge(self, member: Member, row_no: int, decoded: Decoded) -> Row:
        if isinstance(decoded, InvalidReason):
            return Row(member, row_no, Verdict.INVALID, None, decoded)
        judged = classify(decoded, member.kind, now=self._now)
        verdict, play = judged.verdict, judged.play
        if play and verdict in TRACK_VERDICTS and play.names_a_track:
            verdict, play = self._compare(verdict, play, offline_stamp=decoded.offline_timestamp)
        return Row(member, row_no, verdict, play, judged.reason)

    def _compare(
        self, verdict: Verdict, play: PlayRow, *, offline_stamp: int | None
    ) -> tuple[Verdict, PlayRow]:
        if play.incognito and self._leaves_out_incognito:
            return Verdict.INCOGNITO, play
        admitted = self._deduper.admit(play, offline_stamp=offline_stamp)
        return (verdict, admitted) if admitted else (Verdict.DUPLICATE_IN_FILE, play)


def _is_behind(row: Row | MemberEnd, checkpoint: Checkpoint) -> bool:
    if row.member.index != checkpoint.member_index:
        return row.member.index > checkpoint.member_index
    return isinstance(row, MemberEnd) or row.row_no > checkpoint.row_no
