"""Decide for each row of a batch whether it is a new play, or one that is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from library.imports.matching import match_known
from library.imports.rows import PlayRow, Precision, Row, Verdict
from library.models import HistoryImport, Play
from library.services.importing.known import Key, StoredPlay, stored_by_itself, stored_by_others


@dataclass(slots=True)
class Sorted:
    """A batch with its final verdicts, and what is to be written.

    `rows` are all rows of the batch. `added` are new plays with the row id of their track;
    `replaced` are stored plays that a row knows better, with the track of that row.
    """

    rows: list[Row]
    added: list[tuple[PlayRow, int]] = field(default_factory=list)
    replaced: list[tuple[StoredPlay, PlayRow, int]] = field(default_factory=list)


def sort_batch(history_import: HistoryImport, rows: Sequence[Row], *, track_ids: dict[int, int]) -> Sorted:
    """Compare the rows that are to be stored with the history.

    `track_ids` gives the row id of the track for the place in `rows` of each such row.
    """
    places = sorted(track_ids)
    plays = [play_of(rows[place]) for place in places]
    used_tracks = set(track_ids.values())
    others = stored_by_others(history_import, plays, track_ids=used_tracks)
    own = stored_by_itself(history_import, plays, track_ids=used_tracks)
    sorter = _Sorter(rows, others={play.key for play in others}, own={play.key for play in own})
    matches = match_known(plays, [play.as_known() for play in others]) if others else [None] * len(plays)
    for place, match in zip(places, matches, strict=True):
        sorter.place(place, known=None if match is None else others[match], track_id=track_ids[place])
    return sorter.sorted


class _Sorter:
    """Collects the outcome, row by row."""

    def __init__(self, rows: Sequence[Row], *, others: set[Key], own: set[Key]) -> None:
        self.sorted = Sorted(list(rows))
        self._others = others
        self._own = own

    def place(self, place: int, *, known: StoredPlay | None, track_id: int) -> None:
        play = play_of(self.sorted.rows[place])
        key = (track_id, play.ended_at, play.ms_played, play.repeat_no)
        if known is not None:
            self._judge(place, Verdict.ALREADY_KNOWN)
            self._replace(known, play, track_id=track_id)
        elif key in self._own:
            # The same row with an id and with names only: reading cannot know, the track tells.
            self._judge(place, Verdict.DUPLICATE_IN_FILE)
        elif key in self._others:
            self._judge(place, Verdict.ALREADY_KNOWN)
        else:
            self._own.add(key)
            self.sorted.added.append((play, track_id))

    def _judge(self, place: int, verdict: Verdict) -> None:
        self.sorted.rows[place] = msgspec.structs.replace(self.sorted.rows[place], verdict=verdict)

    def _replace(self, known: StoredPlay, play: PlayRow, *, track_id: int) -> None:
        if not _knows_better(play, known):
            return
        new_track_id = track_id if play.spotify_id else known.track_id
        key = (new_track_id, play.ended_at, play.ms_played, play.repeat_no)
        if key not in self._own and key not in self._others:
            self._own.add(key)
            self.sorted.replaced.append((known, play, new_track_id))


def _knows_better(play: PlayRow, known: StoredPlay) -> bool:
    """Whether the row is exacter than the API, which gives no length, or than whole minutes."""
    is_exact = play.precision is Precision.SECOND
    return known.source == Play.Source.API or (known.source == Play.Source.ACCOUNT and is_exact)


def play_of(row: Row) -> PlayRow:
    """The play of a row that is to be stored."""
    assert row.play is not None  # Rows that are stored have one.
    return row.play
