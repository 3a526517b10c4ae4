"""What a listener's own library has to choose from: its genres and artists."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from library.models import Artist
from playlists.services.candidates import Library

MOST_GENRES, MOST_ARTISTS = 30, 60
MOST_CHOSEN = 60
"""So many artists chosen before are offered besides; the builder sends one field for each."""


@dataclass(frozen=True, slots=True)
class Offers:
    """Genres, commonest first, and (row id, name) of the artists with most songs, by name.

    `further` are row ids of artists chosen before that are not among those offered.
    """

    genres: tuple[str, ...]
    artists: tuple[tuple[int, str], ...]
    further: tuple[int, ...]
    songs: int


def offers_of(library: Library, *, chosen: Collection[int] = ()) -> Offers:
    """What a listener may choose from; artists `chosen` before are offered too, up to MOST_CHOSEN."""
    counted = Counter(library.artist_ids[library.artist_ids >= 0].tolist())
    genres: Counter[str] = Counter()
    for artist, count in counted.items():
        genres.update(dict.fromkeys(library.genres.get(artist, ()), count))
    most = [artist for artist, _ in counted.most_common(MOST_ARTISTS)]
    held = np.isin(np.array(list(chosen), dtype=np.int64), library.artist_ids)
    kept = [artist for artist, is_held in zip(chosen, held, strict=True) if is_held]
    offered = {*most, *[artist for artist in kept if artist not in most][:MOST_CHOSEN]}
    names = Artist.objects.filter(pk__in=offered).order_by("name").values_list("pk", "name")
    return Offers(
        genres=tuple(genre for genre, _ in genres.most_common(MOST_GENRES)),
        artists=tuple(names),
        further=tuple(artist for artist in chosen if artist not in offered),
        songs=len(library),
    )
