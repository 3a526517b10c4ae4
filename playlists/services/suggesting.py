"""Look beyond the library: ask ReccoBeats for songs like the listener's, learn how they sound, keep them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from jobs.kinds import Run
from library.models import Track
from moods.models import LookUp, TrackFeatures, TrackMood
from moods.services.classifying import classify_tracks
from moods.services.holding import hold_moods
from moods.services.sound import SoundAnswers, ask_sound, store_sound
from moods.services.source_health import free_to_ask, note_answer, note_failure
from moods.services.waiting import RECCOBEATS
from moods.sources.reccobeats import BATCH_SIZE, ReccoBeats
from moods.sources.types import Failed, TrackMetadata
from playlists.models import Suggestion
from playlists.services.building import Draft, preview
from playlists.services.named_tracks import store_named_tracks
from playlists.services.searching import aim_of_key
from playlists.services.suggestions import without_known_songs

SEEDS_AT_ONCE, QUESTIONS = 5, 3
"""ReccoBeats takes five seeds at most; three questions bring songs like fifteen of the listener's."""

WANTED_EACH = 40
KEPT_UNUSED = timedelta(days=30)
"""As long as other things of a catalogue that nobody's library holds."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """Whom songs are looked for, what for, and with what."""

    user: User
    aim: str
    seeds: Sequence[str]
    client: ReccoBeats
    run: Run
    now: datetime


def look_beyond(
    user: User, *, aim: str, client: ReccoBeats | None, run: Run, now: datetime
) -> dict[str, Any]:
    """Ask, learn the sound of what is new, and keep it with where it comes from. Counts; safe to repeat."""
    if client is None or not free_to_ask(RECCOBEATS, now=now):
        return {"hindrance": "unavailable"}
    seeds = _seeds(user, aim, now=now)
    if not seeds:
        return {"hindrance": "no_seeds"}
    kept, failure = _look(_Errand(user, aim, seeds, client, run, now))
    if failure is None:
        note_answer(RECCOBEATS)
        return {"found": kept}
    note_failure(RECCOBEATS, failure, now=now)
    return {"found": kept} if kept else {"found": 0, "hindrance": "unavailable"}


def forget_old_suggestions(now: datetime) -> int:
    """Forget what was found a month ago and is in no playlist. The number of them."""
    deleted, _ = Suggestion.objects.unused_before(now - KEPT_UNUSED).delete()
    return deleted


def forget_suggestions(user: User) -> int:
    """Forget what was found for a listener; what is in a playlist stays there. The number of them."""
    deleted, _ = Suggestion.objects.for_user(user).delete()
    return deleted


def _seeds(user: User, aim: str, *, now: datetime) -> list[str]:
    """Spotify ids, known to the source, from all along the list that the mood or journey comes to."""
    shown = preview(user, aim_of_key(aim), draft=Draft(), now=now)
    known = TrackFeatures.objects.filter(
        source=RECCOBEATS, status=LookUp.HIT, matched_by="spotify_id", track__in=shown.track_ids
    )
    ids = dict(known.values_list("track_id", "track__spotify_id"))
    ranked = [spotify_id for track in shown.track_ids if (spotify_id := ids.get(track))]
    wanted = SEEDS_AT_ONCE * QUESTIONS
    return ranked[:: max(1, len(ranked) // wanted)][:wanted]


def _look(errand: _Errand) -> tuple[int, Failed | None]:
    """Ask, then learn forty tracks at a time; how many were kept, and the failure that cut it short."""
    found, failure = _ask(errand.client, errand.seeds)
    kept = 0
    for batch in _batches(found, BATCH_SIZE):
        if failure is None:
            count, failure = _learn(errand, batch)
            kept += count
    return kept, failure or _hear_unheard(errand)


def _ask(client: ReccoBeats, seeds: Sequence[str]) -> tuple[list[TrackMetadata], Failed | None]:
    """What is like the seeds, each track once, and the failure that cut it short."""
    found: dict[str, TrackMetadata] = {}
    for some in _batches(seeds, SEEDS_AT_ONCE):
        answer = client.recommendations(some, WANTED_EACH)
        if isinstance(answer, Failed):
            return list(found.values()), answer
        found |= {track.spotify_id: track for track in answer.value if track.title and track.artists}
    return list(found.values()), None


def _learn(errand: _Errand, found: Sequence[TrackMetadata]) -> tuple[int, Failed | None]:
    """Keep those that are new to the listener, with their sound and mood; how many, and what failed."""
    with transaction.atomic():
        tracks = without_known_songs(errand.user, _not_held(errand.user, store_named_tracks(found)))
        errand.run.checkpoint()
    unheard = _unheard(tracks)
    answers = ask_sound(errand.client, unheard) if unheard else SoundAnswers({})
    with transaction.atomic():
        _store_heard(errand, unheard, answers)
        kept = _keep(errand, [track.pk for track in tracks])
        errand.run.checkpoint(found=kept)
    return kept, answers.failure


def _hear_unheard(errand: _Errand) -> Failed | None:
    """Learn the sound of earlier suggestions that came without it, from an export; the failure, if any."""
    unheard = list(Track.objects.filter(pk__in=_never_asked_about(errand.user)).order_by("pk"))
    if not unheard:
        return None
    answers = ask_sound(errand.client, unheard)
    with transaction.atomic():
        _store_heard(errand, unheard, answers)
        errand.run.checkpoint()
    return answers.failure


def _never_asked_about(user: User) -> list[int]:
    """As many of the listener's suggestions, newest first, as can be asked about at once."""
    newest = Suggestion.objects.for_user(user).exclude(track__spotify_id=None).order_by("-found_at", "pk")
    unasked = newest.exclude(track__in=TrackFeatures.objects.filter(source=RECCOBEATS).values("track"))
    return list(unasked.values_list("track_id", flat=True)[:BATCH_SIZE])


def _store_heard(errand: _Errand, tracks: Sequence[Track], answers: SoundAnswers) -> None:
    hold_moods()
    store_sound(tracks, answers, now=errand.now)
    classify_tracks([track.pk for track in tracks], now=errand.now)


def _keep(errand: _Errand, track_ids: Sequence[int]) -> int:
    """Suggest those of the tracks whose mood is known now; how many they are."""
    known = TrackMood.objects.known().of_tracks(track_ids).values_list("track_id", flat=True)
    told = {"source": RECCOBEATS, "seeds": list(errand.seeds), "aim": errand.aim, "found_at": errand.now}
    rows = [Suggestion(user=errand.user, track_id=track_id, **told) for track_id in known]
    Suggestion.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "track"],
        update_fields=list(told),
    )
    return len(rows)


def _not_held(user: User, tracks: Sequence[Track]) -> list[Track]:
    held = set(user.library.filter(track__in=tracks).values_list("track_id", flat=True))
    return [track for track in tracks if track.pk not in held]


def _unheard(tracks: Sequence[Track]) -> list[Track]:
    """Those whose sound the source has not told yet."""
    told = TrackFeatures.objects.filter(source=RECCOBEATS, status=LookUp.HIT, track__in=tracks)
    heard = set(told.values_list("track_id", flat=True))
    return [track for track in tracks if track.pk not in heard]


def _batches(several: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (several[start : start + size] for start in range(0, len(several), size))
