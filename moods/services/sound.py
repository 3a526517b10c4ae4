"""Ask ReccoBeats how tracks sound, by Spotify id and then by ISRC, and keep what it says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from library.models import Track
from moods.classifier.lyrics_scores import LYRICS_VERSION
from moods.classifier.titles import score_title
from moods.models import LookUp, TrackFeatures
from moods.services.answers import as_values, put_off, rows_by_subject, settle, write_rows
from moods.services.asking_again import after_miss
from moods.services.source_health import mark_incomplete
from moods.services.waiting import MUSICBRAINZ, RECCOBEATS
from moods.sources.reccobeats import ReccoBeats
from moods.sources.types import AudioFeatures, Failed, Hit, LookupOff, Miss, TrackMetadata

_MEASURED = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "speechiness",
    "tempo",
    "valence",
)
_STORED = (*_MEASURED, "duration_ms", "title_scores")
_ISRC = re.compile(r"[A-Z0-9]{12}")


@dataclass(frozen=True, slots=True)
class Sound:
    """What was found for one track; `matched_by` is "spotify_id" or "isrc"."""

    features: AudioFeatures
    matched_by: str
    described: TrackMetadata | None = None


@dataclass(frozen=True, slots=True)
class SoundAnswers:
    """What a batch of questions brought: by track id what was found, and the failure that cut it short.

    Tracks neither found nor in `unanswered` are not known to the source.
    """

    found: Mapping[int, Sound]
    unanswered: frozenset[int] = field(default_factory=frozenset)
    failure: Failed | None = None


def ask_sound(client: ReccoBeats, tracks: Sequence[Track]) -> SoundAnswers:
    """Ask about up to forty tracks with a Spotify id; in up to four requests."""
    by_id = client.features([track.spotify_id or "" for track in tracks])
    if isinstance(by_id, Failed):
        return SoundAnswers({}, frozenset(track.pk for track in tracks), by_id)
    found = {
        track.pk: Sound(answer.value, "spotify_id")
        for track in tracks
        if isinstance(answer := by_id[track.spotify_id or ""], Hit)
    }
    missed = [track for track in tracks if track.pk not in found and _ISRC.fullmatch(track.isrc)]
    by_isrc, failure = _ask_by_isrc(client, missed)
    described = _describe(client, [track for track in tracks if track.pk in found])
    with_titles = {pk: Sound(sound.features, "spotify_id", described.get(pk)) for pk, sound in found.items()}
    unanswered = frozenset(track.pk for track in missed) if failure else frozenset()
    return SoundAnswers({**with_titles, **by_isrc}, unanswered, failure)


def store_sound(tracks: Sequence[Track], answers: SoundAnswers, *, now: datetime) -> dict[str, int]:
    """Keep the answers; how many were hits, misses and failures. Call it in a transaction."""
    ids = [track.pk for track in tracks]
    rows = rows_by_subject(TrackFeatures, subject="track", source=RECCOBEATS, ids=ids)
    counts = {"hits": 0, "misses": 0, "failed": 0}
    for track in tracks:
        row = rows[track.pk]
        if track.pk in answers.found:
            _fill(row, answers.found[track.pk], now=now)
            counts["hits"] += 1
        elif answers.failure and track.pk in answers.unanswered:
            put_off(row, answers.failure, now=now)
            counts["failed"] += 1
        else:
            settle(row, status=LookUp.MISS, now=now, next_try_at=after_miss(track, now=now))
            counts["misses"] += 1
    write_rows(TrackFeatures, rows.values(), subject="track", fields=_STORED)
    _learn_isrcs(tracks, answers)
    return counts


def _ask_by_isrc(client: ReccoBeats, tracks: Sequence[Track]) -> tuple[dict[int, Sound], Failed | None]:
    if not tracks:
        return {}, None
    answers = client.features_by_isrc({track.isrc: track.duration_ms for track in tracks})
    if isinstance(answers, LookupOff):
        return {}, None
    if isinstance(answers, Failed):
        return {}, answers
    found = {track.pk: answers[track.isrc] for track in tracks}
    return {pk: Sound(hit.value, "isrc") for pk, hit in found.items() if isinstance(hit, Hit)}, None


def _describe(client: ReccoBeats, tracks: Sequence[Track]) -> dict[int, TrackMetadata]:
    """Titles, lengths and ISRCs in the source's own words; without them where it fails."""
    if not tracks:
        return {}
    answers = client.tracks([track.spotify_id or "" for track in tracks])
    if isinstance(answers, Failed):
        return {}
    found = {track.pk: answers[track.spotify_id or ""] for track in tracks}
    return {pk: hit.value for pk, hit in found.items() if not isinstance(hit, Miss)}


def _fill(row: TrackFeatures, sound: Sound, *, now: datetime) -> None:
    settle(row, status=LookUp.HIT, now=now)
    row.matched_by, row.source_ref = sound.matched_by, sound.features.source_ref or ""
    measured = asdict(sound.features)
    for name in _MEASURED:
        setattr(row, name, measured[name])
    if sound.described is not None:
        row.duration_ms = sound.described.duration_ms
        row.title_scores = as_values(score_title(sound.described.title), LYRICS_VERSION)


def _learn_isrcs(tracks: Sequence[Track], answers: SoundAnswers) -> None:
    """Give tracks the ISRC that the source knows and we do not; genres can be asked for then."""
    learnt = []
    for track in tracks:
        sound = answers.found.get(track.pk)
        isrc = sound.features.isrc if sound else None
        if not track.isrc and isrc and _ISRC.fullmatch(isrc):
            track.isrc = isrc
            learnt.append(track)
    if learnt:
        Track.objects.bulk_update(learnt, ["isrc"])
        mark_incomplete(MUSICBRAINZ)
