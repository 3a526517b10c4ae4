"""What a request comes to: the songs in order, each with its why, and honest words about the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from playlists.selection.request import Point
from playlists.selection.scoring import Kind


class ReasonCode(StrEnum):
    """Why a song is there; the parameters named are what a sentence about it needs."""

    LIKELY_MOOD = "likely_mood"
    """mood (place in `MOODS`), probability"""
    NEAR_TARGET = "near_target"
    """closeness 0..1 to the point aimed at"""
    PLAYED = "played"
    """listens, days since the last"""
    UNHEARD = "unheard"
    """listens, days since the last: a forgotten favourite"""
    ARTIST_PLAYED = "artist_played"
    """songs of the artist heard before"""
    FINISHED = "finished"
    """share of the song usually played, 0..1"""
    ARTIST_FINISHED = "artist_finished"
    """share of the artist's songs usually played, 0..1"""
    FOLLOWS_WELL = "follows_well"
    """cost 0..1 of following the song before: below what is usual in this list"""


class NoticeCode(StrEnum):
    """What a listener should know of a list; the parameters named are what a sentence about it needs."""

    EMPTY_LIBRARY = "empty_library"
    NOTHING_LEFT = "nothing_left"
    """total: songs there are, all filtered out"""
    ONLY_AVAILABLE = "only_available"
    """found, asked, total usable: no more songs fit"""
    MINUTES_MISSED = "minutes_missed"
    """minutes, asked"""
    NOT_MOOD_MATCHED = "not_mood_matched"
    """unknown: songs in the list of whose mood nothing is known; all: 1 when that is every song of the pool
    """
    MOOD_RARE = "mood_rare"
    """floor, expected precision, and nearest: the place in `MOODS` of the mood that suits the library best"""
    JOURNEY_ROUGH = "journey_rough"
    """closeness: mean closeness 0..1 of the songs to the way"""
    JOURNEY_END_MISSED = "journey_end_missed"
    """mood: its place in `MOODS`; is_end: 1 at the end of the way, 0 at its start; fitting: songs there that
    sound like it; asked: all songs there
    """
    NO_HISTORY = "no_history"
    CAP_RAISED = "cap_raised"
    """cap, asked"""
    GAP_LOWERED = "gap_lowered"
    """gap, asked"""
    NEW_MISSING = "new_missing"
    """found, asked: fewer unheard songs than the share asked for"""
    LOCKED_MISSING = "locked_missing"
    """missing: how many locked tracks the library does not have"""
    DURATIONS_GUESSED = "durations_guessed"
    """guessed: songs in the list whose duration is unknown"""


@dataclass(frozen=True, slots=True)
class Reason:
    """One positive cause with its numbers; `contribution` in nats above the median song (of cost, for
    FOLLOWS_WELL).
    """

    code: ReasonCode
    contribution: float
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell the listener, with its numbers."""

    code: NoticeCode
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pick:
    """One song of a list.

    `terms`: the score by name in nats (mood, taste, finish, shuffle; they sum to the score). `contributions`:
    the same less the usable songs' median (for taste, of those of its kind, which it competes with). `match`:
    probability of the mood aimed at (closeness where only a point is), None unknown. `step` 1..10 in a
    journey. `merged`: other track ids that are the same song. `point` None when unknown.
    """

    track_id: int
    kind: Kind
    terms: Mapping[str, float]
    contributions: Mapping[str, float]
    reasons: tuple[Reason, ...]
    match: float | None
    point: Point | None
    duration_ms: int
    merged: tuple[int, ...]
    locked: bool
    step: int | None


@dataclass(frozen=True, slots=True)
class Selection:
    """An ordered list. `expected_precision`: mean probability of the mood over songs where known, None
    without a mood.

    `floor`: the least match accepted; `cap` and `gap`: as kept; `kinds` are counts by `Kind`.
    """

    picks: tuple[Pick, ...]
    expected_precision: float | None
    floor: float
    cap: int
    gap: int
    notices: tuple[Notice, ...]

    @property
    def track_ids(self) -> tuple[int, ...]:
        """The tracks in order."""
        return tuple(pick.track_id for pick in self.picks)

    @property
    def duration_ms(self) -> int:
        """The whole length; unknown durations count as the library's median."""
        return sum(pick.duration_ms for pick in self.picks)

    @property
    def curve(self) -> tuple[Point | None, ...]:
        """Valence and arousal by position, None where unknown."""
        return tuple(pick.point for pick in self.picks)

    @property
    def kinds(self) -> dict[Kind, int]:
        """How many songs of each kind there are."""
        return {kind: sum(pick.kind == kind for pick in self.picks) for kind in Kind}
