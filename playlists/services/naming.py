"""Find a name and a description that say only what the list bears out."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from playlists.models import Playlist, Version
from playlists.services.building import Preview
from playlists.services.candidates import Library, library_for
from playlists.wording import mood_name

LONGEST_NAME, LONGEST_DESCRIPTION = 100, 300
TELLING_SHARE = 0.35
"""A genre or decade is named where at least this share of the songs is of it."""


def suggest_name(user: User, shown: Preview) -> str:
    """For instance "Calm · folk", "Sad · 1990s" or "Sad → Happy"; 100 characters at most."""
    recipe = shown.recipe
    if recipe.start and recipe.mood:
        return f"{capfirst(mood_name(recipe.start))} → {capfirst(mood_name(recipe.mood))}"
    mood = capfirst(mood_name(recipe.mood)) if recipe.mood else _("My mix")
    flavour = _flavour(library_for(user), shown.track_ids)
    return (f"{mood} · {flavour}" if flavour else mood)[:LONGEST_NAME]


def description_of(playlist: Playlist, version: Version) -> str:
    """The listener's own description, or one with the counts of what is in it."""
    if playlist.description:
        return playlist.description
    kinds: dict[str, int] = version.note.get("kinds", {})
    parts = [words for kind, words in _parts(kinds) if kinds.get(kind)]
    made = _("Made with Moodsite from my own library.")
    return (f"{made} {', '.join(parts)}." if parts else made)[:LONGEST_DESCRIPTION]


def _parts(kinds: dict[str, int]) -> Iterable[tuple[str, str]]:
    familiar, forgotten, new = (kinds.get(kind, 0) for kind in ("familiar", "forgotten", "new"))
    yield "familiar", ngettext("%(n)s familiar song", "%(n)s familiar songs", familiar) % {"n": familiar}
    yield "forgotten", ngettext("%(n)s forgotten one", "%(n)s forgotten ones", forgotten) % {"n": forgotten}
    yield "new", ngettext("%(n)s never heard", "%(n)s never heard", new) % {"n": new}


def _flavour(library: Library, track_ids: tuple[int, ...]) -> str:
    rows = np.flatnonzero(np.isin(library.track_ids, np.array(track_ids, dtype=np.int64)))
    genres = Counter(
        library.genres[artist][0] for artist in library.artist_ids[rows].tolist() if artist in library.genres
    )
    years = library.prepared.candidates.year[rows]
    decades = Counter((years[years > 0] // 10 * 10).tolist())
    least = TELLING_SHARE * len(track_ids)
    for genre, count in genres.most_common(1):
        if count >= least:
            return genre
    for decade, count in decades.most_common(1):
        if count >= least:
            return _("%(decade)ss") % {"decade": decade}
    return ""
