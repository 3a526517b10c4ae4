"""Put together what all sources know of tracks: one source per kind of evidence, never a blend of two."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, F

from library.models import TrackArtist
from moods.classifier.inputs import Evidence, Inputs
from moods.classifier.lyrics_scores import LYRICS_VERSION, LyricsScores
from moods.classifier.taxonomy import FEATURES, TITLE_COLUMNS
from moods.classifier.titles import TitleScores
from moods.models import ArtistGenres, LookUp, LyricsSignal, TrackFeatures
from moods.services.waiting import LRCLIB, MUSICBRAINZ, RECCOBEATS

PRECEDENCE = (RECCOBEATS,)
"""Whose audio features are taken, best first. Two sources measure on two scales: never averaged."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one track, and for each of the classifier's SOURCES whose word it is."""

    evidence: Evidence
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that tell of a batch of tracks, by track or artist id."""

    features: Mapping[int, TrackFeatures] = field(default_factory=dict)
    lyrics: Mapping[int, LyricsSignal] = field(default_factory=dict)
    artists: Mapping[int, int] = field(default_factory=dict)
    means: Mapping[int, Mapping[str, tuple[float | None, int]]] = field(default_factory=dict)
    genres: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def gather(track_ids: Sequence[int]) -> list[Known]:
    """What is known of these tracks, in their order, in five queries."""
    rows = _read(track_ids)
    return [_known(track_id, rows) for track_id in track_ids]


def as_inputs(known: Iterable[Known]) -> Inputs:
    """The batch that the classifier takes."""
    return Inputs.from_rows(one.evidence for one in known)


def _read(track_ids: Sequence[int]) -> _Rows:
    hits = TrackFeatures.objects.filter(track__in=track_ids, status=LookUp.HIT, source__in=PRECEDENCE)
    # The best source last, so that it wins.
    ranked = sorted(hits, key=lambda row: -PRECEDENCE.index(row.source))
    words = LyricsSignal.objects.filter(track__in=track_ids, status=LookUp.HIT, source=LRCLIB)
    credited = TrackArtist.objects.filter(track__in=track_ids, position=0)
    artists = dict(credited.values_list("track_id", "artist_id"))
    artist_ids = sorted(set(artists.values()))
    return _Rows(
        features={row.track_id: row for row in ranked},
        lyrics={row.track_id: row for row in words},
        artists=artists,
        means=_artist_means(artist_ids),
        genres=_artist_genres(artist_ids),
    )


def _artist_means(artist_ids: Sequence[int]) -> dict[int, dict[str, tuple[float | None, int]]]:
    """Of each artist the mean of each feature over tracks of which they are first, and of how many."""
    told = TrackFeatures.objects.filter(status=LookUp.HIT, source=PRECEDENCE[0])
    told = told.filter(track__credits__position=0, track__credits__artist__in=artist_ids)
    sums: dict[str, Any] = {f"mean_{name}": Avg(name) for name in FEATURES}
    sums |= {f"number_{name}": Count(name) for name in FEATURES}
    by_artist: Iterable[Any] = told.order_by().values(artist_id=F("track__credits__artist")).annotate(**sums)
    return {
        row["artist_id"]: {name: (row[f"mean_{name}"], row[f"number_{name}"]) for name in FEATURES}
        for row in by_artist
    }


def _artist_genres(artist_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = ArtistGenres.objects.filter(artist__in=artist_ids, status=LookUp.HIT, source=MUSICBRAINZ)
    return {row.artist_id: tuple(str(name) for name in row.genres) for row in rows}


def _known(track_id: int, rows: _Rows) -> Known:
    features, words = rows.features.get(track_id), rows.lyrics.get(track_id)
    artist_id = rows.artists.get(track_id, 0)
    own = _features_of(features)
    of_others = _others(rows.means.get(artist_id, {}), own)
    title, titled_by = _title(words, features)
    evidence = Evidence(
        features=own,
        artist_features=of_others,
        genres=rows.genres.get(artist_id, ()),
        title=title,
        lyrics=_lyrics(words),
    )
    return Known(evidence, _told_by(features, evidence=evidence, titled_by=titled_by))


def _features_of(row: TrackFeatures | None) -> dict[str, float | None]:
    return {} if row is None else {name: getattr(row, name) for name in FEATURES}


def _others(
    means: Mapping[str, tuple[float | None, int]], own: Mapping[str, float | None]
) -> dict[str, float | None]:
    """Means over the artist's other tracks: those over all of them, without this one."""
    others: dict[str, float | None] = {}
    for name, (mean, number) in means.items():
        mine = own.get(name)
        if mean is None or mine is None:
            others[name] = mean
        elif number > 1:
            others[name] = (mean * number - mine) / (number - 1)
    return others


def _lyrics(row: LyricsSignal | None) -> LyricsScores | None:
    if row is None or row.scores is None or row.version != LYRICS_VERSION:
        return None
    return LyricsScores.from_json(row.scores)


def _title(words: LyricsSignal | None, features: TrackFeatures | None) -> tuple[TitleScores | None, str]:
    """The numbers of the title as a source has it, and which source that is."""
    for row in (words, features):
        scores = row.title_scores if row is not None else None
        if row is not None and scores and scores.get("version") == LYRICS_VERSION:
            values = tuple(float(value) for value in scores["values"])
            if len(values) == len(TITLE_COLUMNS):
                return TitleScores(values), row.source
    return None, ""


def _told_by(features: TrackFeatures | None, *, evidence: Evidence, titled_by: str) -> dict[str, str]:
    told = {
        "audio": features.source if features else "",
        "artist": PRECEDENCE[0] if any(v is not None for v in evidence.artist_features.values()) else "",
        "genre": MUSICBRAINZ if evidence.genres else "",
        "lyrics": LRCLIB if evidence.lyrics is not None and evidence.lyrics.known else "",
        "title": titled_by,
    }
    return {kind: source for kind, source in told.items() if source}
