"""A recipe as the selection engine takes it: a request, and which tracks of the library it admits."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from accounts.models import User
from moods.services.classifying import current_model
from playlists.recipes import CERTAINTIES, DAYPARTS, MOODS, BadRecipe, Recipe
from playlists.selection import Aim, Request, Tuning
from playlists.selection.arrays import Bools, Floats, Ints
from playlists.services.candidates import Library
from playlists.services.columns import SOURCE_BITS, track_ids_played_between
from playlists.services.suggestions import is_from_beyond

ANY_MOOD = Aim(point=(0.5, 0.5))
ANYWHERE = Tuning(sigma=50.0)
"""With a target this wide every mood fits alike."""

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the listener did to a list by hand: see `playlists.selection.Request`."""

    revision: int = 0
    locks: tuple[tuple[int, int], ...] = ()
    drops: frozenset[int] = field(default_factory=frozenset)


def request_of(recipe: Recipe, *, user: User, wishes: Wishes) -> Request:
    """What the engine is asked for, without what `eligible_rows` sees to."""
    max_spread = CERTAINTIES[recipe.certainty]
    return Request(
        aim=aim_of(recipe.mood),
        start=None if recipe.start is None else aim_of(recipe.start),
        tracks=recipe.tracks,
        minutes=recipe.minutes,
        familiarity=recipe.familiarity,
        discovery=recipe.discovery,
        forgotten=recipe.forgotten,
        variety=recipe.variety,
        explicit_allowed=user.allow_explicit if recipe.explicit is None else recipe.explicit,
        cap=recipe.cap,
        gap=recipe.gap,
        seed=(user.pk, repr(recipe.as_json()), wishes.revision),
        locked=wishes.locks,
        excluded=frozenset(recipe.without_tracks) | wishes.drops,
        uncertain_ok=recipe.certainty == "any",
        max_spread=max_spread,
        tuning=_tuning_for(recipe.mood),
    )


def _tuning_for(mood: str | None) -> Tuning:
    """A rare mood is a match from its own threshold on: hardly a song is more likely energetic than not."""
    if mood is None:
        return ANYWHERE
    usual = Tuning().floor
    floors = tuple(min(usual, float(threshold)) for threshold in current_model().weights.thresholds)
    return Tuning(floor=floors[MOODS.index(mood)], mood_floors=floors)


def aim_of(mood: str | None) -> Aim:
    """The mood as the engine knows it; None is every mood."""
    return ANY_MOOD if mood is None else Aim(mood=MOODS.index(mood))


def eligible_rows(library: Library, recipe: Recipe, *, user: User, now: datetime) -> Bools:
    """Which tracks the filters of a recipe admit, (n,) in the order of `library.prepared`.

    What asks for plays or likes is not asked of songs from beyond the library, which have none.
    """
    songs = library.prepared.candidates
    admitted = _of_wanted_listening(library, recipe, user=user, now=now) | is_from_beyond(library)
    admitted &= _within(songs.year, recipe.year_from, recipe.year_to)
    admitted &= _in_tempo(songs.tempo, recipe.tempo_from, recipe.tempo_to)
    return admitted & _by_wanted_artists(library, recipe)


def check_ownership(library: Library, track_ids: Collection[int]) -> None:
    """Raise BadRecipe where somebody names a track that is not in the listener's library."""
    if not np.isin(np.array(list(track_ids), dtype=np.int64), library.track_ids).all():
        raise BadRecipe("tracks", _("One of these songs is not in your library."))


def _of_wanted_listening(library: Library, recipe: Recipe, *, user: User, now: datetime) -> Bools:
    songs = library.prepared.candidates
    admitted = np.ones(len(library), dtype=np.bool_)
    if recipe.sources:
        admitted &= songs.source & sum(SOURCE_BITS[source] for source in recipe.sources) != 0
    if recipe.not_heard_days:
        admitted &= ~(songs.last_listen_at > now.timestamp() - recipe.not_heard_days * DAY_S)
    if recipe.heard_at_least:
        admitted &= songs.listens >= recipe.heard_at_least
    if recipe.daypart:
        admitted &= _of_daypart(library.dayparts, DAYPARTS.index(recipe.daypart))
    if recipe.since or recipe.until:
        admitted &= np.isin(library.track_ids, _played_in_period(recipe, user=user))
    return admitted


def _within(values: Ints, low: int | None, high: int | None) -> Bools:
    """Known values between both ends; all where neither is given."""
    if low is None and high is None:
        return np.ones(len(values), dtype=np.bool_)
    return (values > 0) & (values >= (low or 0)) & (values <= (high or np.inf))


def _in_tempo(tempo: Floats, low: int | None, high: int | None) -> Bools:
    """Known tempos between both ends, also at half and double: feet do not hear the difference."""
    if low is None and high is None:
        return np.ones(len(tempo), dtype=np.bool_)
    fits = np.zeros(len(tempo), dtype=np.bool_)
    for factor in (0.5, 1.0, 2.0):
        fits |= (tempo * factor >= (low or 0)) & (tempo * factor <= (high or np.inf))
    return fits


def _of_daypart(counts: Ints, part: int) -> Bools:
    """Songs heard then, and no less often than the listener's songs usually are."""
    heard = counts.sum(axis=1)
    usual = counts[:, part].sum() / max(1, int(heard.sum()))
    then = counts[:, part]
    of_daypart: Bools = (then > 0) & (then >= usual * heard)
    return of_daypart


def _played_in_period(recipe: Recipe, *, user: User) -> Ints:
    zone = ZoneInfo(user.time_zone or "UTC")
    since = datetime.combine(recipe.since, time(), zone) if recipe.since else None
    before = datetime.combine(recipe.until + timedelta(days=1), time(), zone) if recipe.until else None
    return track_ids_played_between(user, since=since, before=before)


def _by_wanted_artists(library: Library, recipe: Recipe) -> Bools:
    admitted: Bools = ~np.isin(library.artist_ids, np.array(recipe.without_artists, dtype=np.int64))
    if not recipe.genres:
        return admitted
    wanted = set(recipe.genres)
    artists = [artist for artist, genres in library.genres.items() if wanted & set(genres)]
    return admitted & np.isin(library.artist_ids, np.array(artists, dtype=np.int64))
