"""Tracks as the rows of a list: names, mood, plays, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from library.models import LibraryTrack, Play, Track
from moods.services.listener_moods import LibraryMoods, ListenerMood, moods_for

UNSURE_BELOW = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list of tracks."""

    track: Track
    artists: str
    cover_url: str
    mood: ListenerMood
    note: str = ""
    when: datetime | None = None

    @property
    def ago(self) -> str:
        """How long ago it was played, in one unit: "4 hours ago"; empty without a moment."""
        return _("%(time)s ago") % {"time": timesince(self.when, depth=1)} if self.when else ""

    @property
    def is_unsure(self) -> bool:
        """Whether the main mood is less likely than not, or there is none."""
        probability = self.mood.probabilities.get(self.mood.mood)
        return probability is None or probability < UNSURE_BELOW


def lines_of_library(user: User, rows: Sequence[LibraryTrack], *, mood: str = "") -> list[Line]:
    """Rows of a library with their numbers of plays; each shows its main mood, or the `mood` asked about."""
    moods = moods_for(user, [row.track for row in rows])
    shown = {one: replace(found, mood=mood or found.mood) for one, found in moods.items()}
    return [line(row.track, shown[row.track_id], note=plays_note(row)) for row in rows]


def lines_of_plays(moods: LibraryMoods, plays: Sequence[Play]) -> list[Line]:
    """Plays, each with its moment."""
    known = moods.of({play.track_id for play in plays})
    return [line(play.track, known[play.track_id], when=play.played_at) for play in plays]


def lines_of_tracks(user: User, track_ids: Sequence[int], *, mood: str = "") -> list[Line]:
    """Tracks of the listener's library by id, in their order, as `lines_of_library` shows them."""
    rows = LibraryTrack.objects.for_user(user).filter(track__in=track_ids).for_display()
    by_track = {row.track_id: row for row in rows}
    return lines_of_library(user, [by_track[one] for one in track_ids if one in by_track], mood=mood)


def line(track: Track, mood: ListenerMood, *, note: str = "", when: datetime | None = None) -> Line:
    """One row; the track's album and credits should be at hand."""
    names = [credit.artist.name for credit in track.credits.all()]
    return Line(
        track=track,
        artists=", ".join(names) or track.artist_name,
        cover_url=track.album.image_small_url if track.album else "",
        mood=mood,
        note=note,
        when=when,
    )


def plays_note(row: LibraryTrack) -> str:
    """For instance "41 plays"; or that it is liked where it was never played."""
    if row.listens:
        words = ngettext("%(plays)s play", "%(plays)s plays", row.listens)
        return words % {"plays": number_format(row.listens, force_grouping=True)}
    return _("liked") if row.is_liked else ""
