"""Ask MusicBrainz for the genres of artists, by the ISRC of a track of theirs, and keep them."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from library.models import Artist, TrackArtist
from moods.models import ArtistGenres, LookUp
from moods.services.answers import put_off, rows_by_subject, settle, write_rows
from moods.services.asking_again import MISSED
from moods.services.waiting import MUSICBRAINZ
from moods.sources.matching import same_artist
from moods.sources.musicbrainz import MusicBrainz
from moods.sources.types import CreditedArtist, Failed, Genre, Hit, Miss, Recording

TRACKS_TRIED = 2
"""An artist of whom two recordings are not known is not asked for further."""

_ISRC = re.compile(r"[A-Z0-9]{12}")


@dataclass(frozen=True, slots=True)
class Genres:
    """What MusicBrainz calls an artist's music, most votes first; never empty."""

    mbid: str
    names: tuple[str, ...]


GenresAnswer = Genres | Miss | Failed


def ask_genres(client: MusicBrainz, artist: Artist, isrcs: Sequence[str]) -> GenresAnswer:
    """Ask for one artist by the ISRCs of tracks by that artist, in up to three requests."""
    for isrc in isrcs[:TRACKS_TRIED]:
        recording = client.recording(isrc)
        if isinstance(recording, Failed):
            return recording
        if isinstance(recording, Hit):
            return _genres_of(client, artist, recording.value)
    return Miss()


def store_genres(
    artists: Sequence[Artist], answers: Sequence[GenresAnswer], *, now: datetime
) -> dict[str, int]:
    """Keep the answers, one per artist; how many were hits, misses and failures. Call it in a transaction."""
    ids = [artist.pk for artist in artists]
    rows = rows_by_subject(ArtistGenres, subject="artist", source=MUSICBRAINZ, ids=ids)
    counts = {"hits": 0, "misses": 0, "failed": 0}
    for artist, answer in zip(artists, answers, strict=True):
        counts[_store_one(rows[artist.pk], answer, now=now)] += 1
    write_rows(ArtistGenres, rows.values(), subject="artist", fields=("genres",))
    return counts


def isrcs_of(artist_ids: Collection[int]) -> dict[int, list[str]]:
    """ISRCs of tracks whose primary artist is one of these, most heard first."""
    credited = TrackArtist.objects.filter(position=0, artist__in=artist_ids).exclude(track__isrc="")
    listed = credited.order_by("artist_id", "-track__library_rows__listens", "track_id")
    found: dict[int, dict[str, None]] = {}
    for artist_id, isrc in listed.values_list("artist_id", "track__isrc"):
        if _ISRC.fullmatch(isrc):
            found.setdefault(artist_id, {})[isrc] = None
    return {artist_id: list(isrcs) for artist_id, isrcs in found.items()}


def _genres_of(client: MusicBrainz, artist: Artist, recording: Recording) -> GenresAnswer:
    credited = next(_likeliest(artist, recording.artists), None)
    if credited is None:
        return _named("", recording.genres)
    answer = client.artist_genres(credited.mbid)
    if isinstance(answer, Failed):
        return answer
    genres = answer.value if isinstance(answer, Hit) else ()
    return _named(credited.mbid, genres or recording.genres)


def _likeliest(artist: Artist, credited: Sequence[CreditedArtist]) -> Iterator[CreditedArtist]:
    """Those who bear the name; the first of the credits where the catalogues spell it differently."""
    yield from (one for one in credited if same_artist(one.name, artist.name))
    yield from credited[:1]


def _named(mbid: str, genres: Sequence[Genre]) -> Genres | Miss:
    return Genres(mbid, tuple(genre.name for genre in genres)) if genres else Miss()


def _store_one(row: ArtistGenres, answer: GenresAnswer, *, now: datetime) -> str:
    if isinstance(answer, Failed):
        put_off(row, answer, now=now)
        return "failed"
    if isinstance(answer, Miss):
        settle(row, status=LookUp.MISS, now=now, next_try_at=now + MISSED)
        return "misses"
    settle(row, status=LookUp.HIT, now=now)
    row.matched_by, row.source_ref, row.genres = "isrc", answer.mbid, list(answer.names)
    return "hits"
