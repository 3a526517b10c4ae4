"""A track's page: its mood and why, where that comes from, its plays, and what the listener says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from library.models import Artist, Exclusion, LibraryTrack, Track
from library.queries import plays_by_month
from moods.classifier.taxonomy import MOODS
from moods.models import ArtistGenres, LookUp, LyricsSignal, SourceRow, TrackFeatures, TrackMood
from moods.overviews.lines import Line, line, plays_note
from moods.pictures import history as histories
from moods.pictures.fingerprint import Fingerprint, fingerprint
from moods.services.listener_moods import ListenerMood, moods_for
from moods.services.waiting import LRCLIB, MUSICBRAINZ, RECCOBEATS
from moods.wording import Reason, mood_name, reasons

LEAST_MONTHS = 12
"""A single month of plays would be one bar as wide as the page."""

_SOURCES: dict[str, tuple[Promise | str, str]] = {
    RECCOBEATS: (gettext_lazy("Sound"), "ReccoBeats"),
    LRCLIB: (gettext_lazy("Words"), "LRCLIB"),
    MUSICBRAINZ: (gettext_lazy("Genres"), "MusicBrainz"),
}
_INPUTS: dict[str, Promise | str] = {
    "audio": gettext_lazy("its own sound"),
    "artist": gettext_lazy("the artist's other songs"),
    "genre": gettext_lazy("genres"),
    "lyrics": gettext_lazy("its words"),
    "title": gettext_lazy("its title"),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What one source told, and when; or that it is asked again, and when."""

    label: str
    name: str
    text: str
    at: datetime | None
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A mood the listener may say the track has; `said` is True, False or None."""

    mood: str
    percent: int | None
    said: bool | None
    is_main: bool


@dataclass(frozen=True, slots=True)
class TrackPage:
    """Everything of the page."""

    line: Line
    row: LibraryTrack
    mood: ListenerMood
    model_mood: str
    fingerprint: Fingerprint
    choices: list[Choice]
    reasons: list[Reason]
    explained: str
    rests_on: str
    sources: list[SourceLine]
    history: histories.History
    is_excluded: bool
    artists: list[tuple[Artist, bool]]

    @property
    def cover_url(self) -> str:
        """The large cover, or nothing."""
        album = self.line.track.album
        return (album.image_url or album.image_small_url) if album else ""

    @property
    def said_mood(self) -> str:
        """The mood the listener gave it, or nothing."""
        return next((mood for mood, applies in self.mood.said.items() if applies), "")

    @property
    def may_deny(self) -> bool:
        """Whether there is a mood to say no to."""
        return self.mood.mood in MOODS

    @property
    def mood_name(self) -> str:
        """The main mood in words."""
        return mood_name(self.mood.mood)


def track_page(user: User, row: LibraryTrack) -> TrackPage:
    """The page of a track of the listener's library."""
    track = row.track
    mood = moods_for(user, [track])[track.pk]
    stored: TrackMood | None = getattr(track, "mood", None)
    evidence = stored.evidence if stored else {}
    excluded = _excluded(user)
    return TrackPage(
        line=line(track, mood, note=plays_note(row)),
        row=row,
        mood=mood,
        model_mood=stored.mood if stored else "unknown",
        fingerprint=_fingerprint(mood),
        choices=_choices(mood),
        reasons=reasons(evidence),
        explained=mood_name(str(evidence.get("mood", ""))),
        rests_on=_listed(str(_INPUTS[one]) for one in (stored.inputs if stored else []) if one in _INPUTS),
        sources=_sources(track),
        history=_history(plays_by_month(user, track)),
        is_excluded=(track.pk, None) in excluded,
        artists=[(credit.artist, (None, credit.artist_id) in excluded) for credit in track.credits.all()],
    )


def _fingerprint(mood: ListenerMood) -> Fingerprint:
    said = any(mood.said.values())
    blank = 0.0 if said else float("nan")
    values = [mood.probabilities[name] for name in MOODS]
    return fingerprint([blank if value is None else value for value in values])


def _choices(mood: ListenerMood) -> list[Choice]:
    return [
        Choice(
            mood=name,
            percent=_percent(mood.probabilities[name]),
            said=mood.said.get(name),
            is_main=name == mood.mood,
        )
        for name in MOODS
    ]


def _percent(probability: float | None) -> int | None:
    return None if probability is None else round(100 * probability)


def _excluded(user: User) -> set[tuple[int | None, int | None]]:
    return set(Exclusion.objects.for_user(user).values_list("track_id", "artist_id"))


def _sources(track: Track) -> list[SourceLine]:
    found: list[SourceLine] = [
        _source(row, _sound_text(row)) for row in TrackFeatures.objects.filter(track=track).order_by("source")
    ]
    words = LyricsSignal.objects.filter(track=track).order_by("source")
    found += [_source(row, _words_text(row)) for row in words]
    genres = ArtistGenres.objects.filter(artist__credits__track=track, artist__credits__position=0)
    found += [_source(row, ", ".join(str(name) for name in row.genres[:5])) for row in genres]
    return found


def _source(row: SourceRow, text: str) -> SourceLine:
    label, name = _SOURCES.get(row.source, (row.source, row.source))
    is_hit = row.status == LookUp.HIT
    return SourceLine(
        label=str(label),
        name=name,
        text=text if is_hit else _not_found(row),
        at=row.fetched_at if is_hit else None,
        again_at=None if is_hit else row.next_try_at,
    )


def _not_found(row: SourceRow) -> str:
    return _("not known there") if row.status == LookUp.MISS else _("did not answer")


def _sound_text(row: TrackFeatures) -> str:
    return _("found by ISRC") if row.matched_by == "isrc" else _("found by Spotify id")


def _words_text(row: LyricsSignal) -> str:
    if row.instrumental:
        return _("an instrumental, no words")
    if row.language and row.language != "en":
        return _("words in another language (%(language)s), not read") % {"language": row.language}
    return _("read and scored, not kept")


def _history(months: list[tuple[date, int]]) -> histories.History:
    """Every month from the first to the last, also those without a play, and a year at the least."""
    if not months:
        return histories.history([], plays=[])
    counted = dict(months)
    first, last = _month_number(months[0][0]), _month_number(months[-1][0])
    numbers = range(min(first, last - LEAST_MONTHS + 1), last + 1)
    starts = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    return histories.history(starts, plays=[counted.get(start, 0) for start in starts])


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _listed(names: Iterable[str]) -> str:
    *others, last = list(names) or [""]
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last
