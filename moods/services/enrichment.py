"""Ask a source about everything that waits for it, most played first, until nothing does."""

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from jobs.kinds import Run
from library.models import Artist, Track, TrackArtist
from moods.services.classifying import classify_tracks, mark_stale
from moods.services.genres import GenresAnswer, ask_genres, isrcs_of, store_genres
from moods.services.holding import hold_moods
from moods.services.sound import ask_sound, store_sound
from moods.services.source_health import free_to_ask, mark_complete, note_answer, note_failure
from moods.services.waiting import (
    LRCLIB,
    MUSICBRAINZ,
    RECCOBEATS,
    artists_waiting,
    listeners_waiting,
    looked_through_up_to,
    tracks_waiting,
)
from moods.services.words import WordsAnswer, ask_words, store_words
from moods.sources.lrclib import Lrclib
from moods.sources.musicbrainz import MusicBrainz
from moods.sources.reccobeats import BATCH_SIZE, ReccoBeats
from moods.sources.types import Failed

SLOW_BATCH = 10
"""Songs or artists that are asked for one at a time are kept ten at a time, ..."""

LONGEST_BATCH = timedelta(seconds=8)
"""... or fewer where the source is slow, so that little is lost when the worker is killed."""

T = TypeVar("T")
A = TypeVar("A")
Counts = dict[str, int]
Batch = Sequence[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one batch: how to keep it (in a transaction), and the failure that ended it."""

    keep: Callable[[], Counts]
    failure: Failed | None


@dataclass(frozen=True, slots=True)
class Look:
    """How one source is asked: what waits for it by listener, how much at a time, and the asking.

    `ask` may leave the end of a batch unasked; it waits for the next look.
    """

    source: str
    at_once: int
    waiting: Callable[[int, datetime], list[int]]
    ask: Callable[[Batch, datetime], Asked]


class MoreToAsk(Exception):
    """The time of this unit of work is over and something still waits; `counts` is what was done."""

    def __init__(self, counts: Counts) -> None:
        super().__init__()
        self.counts = counts


def enrich(look: Look, *, run: Run, now: datetime) -> Counts:
    """Ask until nothing waits or the source needs rest; hits, misses, failures and moods found.

    Each batch is kept in one transaction with the job's checkpoint, and its moods are worked out in
    it. Raises MoreToAsk when the unit of work is over first.
    """
    counts: Counter[str] = Counter(hits=0, misses=0, failed=0)
    up_to = looked_through_up_to()
    asked_any = False
    for batch in _in_turn(look, now=now):
        if run.out_of_time():
            raise MoreToAsk(dict(counts))
        asked_any = True
        asked = look.ask(batch, now)
        with transaction.atomic():
            hold_moods()
            counts.update(asked.keep())
            run.checkpoint(**counts)
        _note(look.source, asked.failure, now=now)
        if not free_to_ask(look.source, now=now):
            return dict(counts)
    if asked_any:
        raise MoreToAsk(dict(counts))
    mark_complete(look.source, up_to=up_to, now=now)
    return dict(counts)


def sound_look(client: ReccoBeats) -> Look:
    """Ask ReccoBeats how tracks sound."""

    def ask(batch: Batch, now: datetime) -> Asked:
        tracks = _tracks(batch)
        answers = ask_sound(client, tracks)

        def keep() -> Counts:
            counts = store_sound(tracks, answers, now=now)
            mark_stale(_by_same_artists(answers.found.keys()))
            return {**counts, **_classify(batch, now)}

        return Asked(keep, answers.failure)

    return Look(RECCOBEATS, BATCH_SIZE, _tracks_for(RECCOBEATS), ask)


def words_look(client: Lrclib) -> Look:
    """Ask LRCLIB for the words of tracks, which are numbers before they are kept."""

    def ask(batch: Batch, now: datetime) -> Asked:
        tracks = _tracks(batch)
        answers: list[WordsAnswer] = list(_until_failure(tracks, lambda track: ask_words(client, track)))
        asked = tracks[: len(answers)]

        def keep() -> Counts:
            counts = store_words(asked, answers, now=now)
            return {**counts, **_classify([track.pk for track in asked], now)}

        return Asked(keep, _last_failure(answers))

    return Look(LRCLIB, SLOW_BATCH, _tracks_for(LRCLIB), ask)


def genres_look(client: MusicBrainz) -> Look:
    """Ask MusicBrainz for the genres of artists."""

    def ask(batch: Batch, now: datetime) -> Asked:
        by_id = Artist.objects.in_bulk(batch)
        artists = [by_id[artist_id] for artist_id in batch if artist_id in by_id]
        isrcs = isrcs_of(batch)
        answers: list[GenresAnswer] = list(
            _until_failure(artists, lambda artist: ask_genres(client, artist, isrcs.get(artist.pk, [])))
        )
        asked = artists[: len(answers)]

        def keep() -> Counts:
            counts = store_genres(asked, answers, now=now)
            mark_stale(_tracks_by([artist.pk for artist in asked]))
            return counts

        return Asked(keep, _last_failure(answers))

    return Look(MUSICBRAINZ, SLOW_BATCH, lambda user_id, now: artists_waiting(user_id=user_id, now=now), ask)


def _in_turn(look: Look, *, now: datetime) -> Iterator[Batch]:
    """Batches of everything that waits, one listener after the other, each thing once."""
    queues: deque[deque[int]] = deque(
        deque(look.waiting(user_id, now)) for user_id in listeners_waiting(look.source, now=now)
    )
    given: set[int] = set()
    while queues:
        queue = queues.popleft()
        batch: list[int] = []
        while queue and len(batch) < look.at_once:
            if (one := queue.popleft()) not in given:
                given.add(one)
                batch.append(one)
        if batch:
            queues.append(queue)
            yield batch


def _until_failure(subjects: Sequence[T], ask: Callable[[T], A]) -> Iterator[A]:
    """Ask one after the other; stop after a failure or when the batch took long enough."""
    started = time.monotonic()
    for subject in subjects:
        answer = ask(subject)
        yield answer
        if isinstance(answer, Failed) or time.monotonic() - started > LONGEST_BATCH.total_seconds():
            return


def _last_failure(answers: Sequence[object]) -> Failed | None:
    return answers[-1] if answers and isinstance(answers[-1], Failed) else None


def _note(source: str, failure: Failed | None, *, now: datetime) -> None:
    if failure is None:
        note_answer(source)
        return
    note_failure(source, failure, now=now)


def _tracks_for(source: str) -> Callable[[int, datetime], list[int]]:
    return lambda user_id, now: tracks_waiting(source, user_id=user_id, now=now)


def _tracks(batch: Batch) -> list[Track]:
    by_id = Track.objects.select_related("album").in_bulk(batch)
    return [by_id[track_id] for track_id in batch if track_id in by_id]


def _classify(batch: Batch, now: datetime) -> Counts:
    return {"moods": classify_tracks(batch, now=now)["known"]}


def _by_same_artists(track_ids: Collection[int]) -> set[int]:
    """Other tracks of the primary artists of these: what is known of the artists changed."""
    credited = TrackArtist.objects.filter(position=0, track__in=track_ids)
    return _tracks_by(list(credited.values_list("artist_id", flat=True))) - set(track_ids)


def _tracks_by(artist_ids: Sequence[int]) -> set[int]:
    """Tracks of these artists that somebody has in a library."""
    credited = TrackArtist.objects.filter(position=0, artist__in=artist_ids)
    credited = credited.exclude(track__library_rows=None)
    return set(credited.values_list("track_id", flat=True))
