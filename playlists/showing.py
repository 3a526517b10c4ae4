"""What pages show of a list: its tracks with mood and why, its curve, its length, what is weak about it."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import number_format
from django.utils.translation import ngettext

from accounts.models import User
from library.models import LibraryTrack, Track
from moods.pictures.curve import Curve, curve
from moods.services.listener_moods import ListenerMood, moods_for
from playlists.models import Entry, Playlist, Suggestion, Totals, Version
from playlists.recipes import Recipe
from playlists.selection import Notice, NoticeCode
from playlists.services.building import Preview
from playlists.states import state_of
from playlists.wording import length_words, notice_words, reasons_of, why
from spotify.sets import in_sets

UNSURE_BELOW = 50
"""A mood less likely than this, in percent, is drawn as unsure."""


@dataclass(frozen=True, slots=True)
class ShownTrack:
    """One row of a list; `number` counts from 1, `percent` is of the main mood, None where none leads.

    `href` is its page, empty where the library does not have it; `is_new`: it was found beyond that.
    `merged`: other releases that count as this song, by title and album; told while a list is made.
    """

    number: int
    track: Track
    artists: str
    mood: str
    percent: int | None
    unsure: bool
    why: str
    locked: bool
    by_hand: bool
    href: str
    is_new: bool
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list as a page shows it: `sets` of at most 20 tracks, the curve, None of an empty list."""

    sets: list[list[ShownTrack]]
    curve: Curve | None
    count: int
    duration: str
    notices: tuple[str, ...]
    mood: str

    @property
    def tracks(self) -> tuple[ShownTrack, ...]:
        """All rows in order."""
        return tuple(row for rows in self.sets for row in rows)


@dataclass(frozen=True, slots=True)
class ShownPlaylist:
    """One card of the list of playlists; `needs_care` where somebody should look at its state."""

    playlist: Playlist
    mood: str
    text: str
    state: str
    needs_care: bool


@dataclass(frozen=True, slots=True)
class _Line:
    track_id: int
    reasons: Sequence[dict[str, Any]]
    locked: bool
    by_hand: bool = False
    merged: tuple[int, ...] = ()


def show_preview(user: User, shown: Preview) -> ShownList:
    """A previewed list, in a fixed number of queries."""
    selection = shown.selection
    lines = [
        _Line(pick.track_id, reasons_of(pick), pick.locked, merged=pick.merged) for pick in selection.picks
    ]
    notices = tuple(notice_words(notice, shown.recipe) for notice in selection.notices)
    return _shown(user, lines, notices=notices, recipe=shown.recipe)


def show_version(user: User, version: Version, recipe: Recipe) -> ShownList:
    """A kept list, in a fixed number of queries."""
    rows = version.entries.order_by("position").values_list("track_id", "reasons", "locked", "by_hand")
    lines = [_Line(*row) for row in rows]
    told = [
        Notice(NoticeCode(notice["code"]), notice["numbers"]) for notice in version.note.get("notices", ())
    ]
    notices = tuple(notice_words(notice, recipe) for notice in told)
    return _shown(user, lines, notices=notices, recipe=recipe)


def show_playlists(user: User) -> list[ShownPlaylist]:
    """All of a listener's playlists with length and state, in three queries."""
    playlists = list(Playlist.objects.for_user(user).newest_first())
    newest = Version.objects.newest_of(playlists)
    totals = Entry.objects.of_versions(newest.values()).totals()
    return [_card(row, totals.get(newest[row.pk], Totals())) for row in playlists]


def tracks_shown(user: User, track_ids: Collection[int]) -> dict[int, Any]:
    """By id, tracks with all that a row shows.

    Each tells whether the listener's library has it (`is_held`): only then it has a page; and whether
    it was found beyond the library (`is_suggested`).
    """
    held = LibraryTrack.objects.for_user(user).filter(track=OuterRef("pk"))
    suggested = Suggestion.objects.for_user(user).filter(track=OuterRef("pk"))
    told = Track.objects.for_display().annotate(is_held=Exists(held), is_suggested=Exists(suggested))
    return told.in_bulk(track_ids)


def page_of(track: Any) -> str:
    """Where the listener finds more about a track of `tracks_shown`; empty for one that is not theirs."""
    return track.get_absolute_url() if track.is_held else ""


def artists_of(track: Track) -> str:
    """All credited artists, or the one that the track names."""
    return ", ".join(credit.artist.name for credit in track.credits.all()) or track.artist_name


def _card(playlist: Playlist, totals: Totals) -> ShownPlaylist:
    tracks, timed, known_ms = totals
    words = ngettext("%(count)s song", "%(count)s songs", tracks) % {"count": number_format(tracks)}
    state = state_of(playlist)
    return ShownPlaylist(
        playlist=playlist,
        mood=str(playlist.recipe.get("mood") or "mixed"),
        text=f"{words} · {length_words(known_ms, timed=timed, tracks=tracks)}",
        state=state.line,
        needs_care=state.needs_care,
    )


def _shown(user: User, lines: Sequence[_Line], *, notices: tuple[str, ...], recipe: Recipe) -> ShownList:
    tracks = tracks_shown(user, [track_id for line in lines for track_id in (line.track_id, *line.merged)])
    moods = moods_for(user, [tracks[line.track_id] for line in lines])
    rows = [_row(place + 1, line, tracks, moods[line.track_id]) for place, line in enumerate(lines)]
    known = [row.track.duration_ms for row in rows if row.track.duration_ms]
    return ShownList(
        sets=in_sets(rows),
        curve=_curve([moods[line.track_id] for line in lines]) if lines else None,
        count=len(rows),
        duration=length_words(sum(known), timed=len(known), tracks=len(rows)),
        notices=tuple(words for words in notices if words),
        mood=recipe.mood or "mixed",
    )


def _row(number: int, line: _Line, tracks: Mapping[int, Any], mood: ListenerMood) -> ShownTrack:
    track = tracks[line.track_id]
    return ShownTrack(
        number=number,
        track=track,
        artists=artists_of(track),
        mood=mood.mood,
        percent=mood.percent,
        unsure=mood.percent is not None and mood.percent < UNSURE_BELOW,
        why=why(line.reasons),
        locked=line.locked,
        by_hand=line.by_hand,
        href=page_of(track),
        is_new=track.is_suggested and not track.is_held,
        merged=tuple(_release(tracks[track_id]) for track_id in line.merged),
    )


def _release(track: Track) -> str:
    return " · ".join(name for name in (track.title, track.album_name) if name)


def _curve(moods: Sequence[ListenerMood]) -> Curve:
    return curve(
        [math.nan if mood.valence is None else mood.valence for mood in moods],
        arousal=[math.nan if mood.arousal is None else mood.arousal for mood in moods],
        moods=[mood.mood for mood in moods],
    )
