"""A listener says how a track sounds: kept, learnt from, undone; for that listener only."""

from datetime import datetime

import numpy as np
from django.db import transaction

from accounts.models import User
from library.models import Track
from library.services.holding import hold_library
from moods.classifier.personal import NO_OFFSET, OPPOSITES, PersonalOffset, fit_personal
from moods.classifier.taxonomy import FEATURES, MOODS
from moods.models import Correction, Mood, PersonalModel, TrackMood
from moods.services.classifying import current_model
from moods.services.listener_moods import target_of
from moods.services.stamping import restamp


def correct_mood(user: User, track: Track, *, mood: Mood, applies: bool, now: datetime) -> Correction:
    """The track is, or is not, of `mood`; what the listener said of it before and contradicts this goes.

    The listener's whole library is seen in the light of it at once.
    """
    with transaction.atomic():
        hold_library(user)
        if applies:
            _forget_opposite(user, track, mood)
        correction, _ = Correction.objects.update_or_create(
            user=user, track=track, mood=mood, defaults={"applies": applies, "created_at": now}
        )
        _learn(user, now=now)
    return correction


def set_mood(user: User, track: Track, *, mood: Mood, now: datetime) -> Correction:
    """The track is of `mood` and of no other that the listener named before."""
    with transaction.atomic():
        hold_library(user)
        Correction.objects.for_user(user).of_track(track).delete()
        return correct_mood(user, track, mood=mood, applies=True, now=now)


def undo_corrections(user: User, track: Track, *, now: datetime, mood: Mood | None = None) -> int:
    """Forget what the listener said of the track, or only of one mood of it. How much that was."""
    with transaction.atomic():
        hold_library(user)
        said = Correction.objects.for_user(user).of_track(track)
        if mood is not None:
            said = said.filter(mood=mood)
        gone, _ = said.delete()
        _learn(user, now=now)
    return gone


def reset_corrections(user: User, *, now: datetime) -> int:
    """Forget everything the listener ever said. How much that was."""
    with transaction.atomic():
        hold_library(user)
        gone, _ = Correction.objects.for_user(user).delete()
        _learn(user, now=now)
    return gone


def use_corrections(user: User, *, use: bool) -> None:
    """Whether the listener's moods follow the corrections; they are kept either way."""
    with transaction.atomic():
        user.use_corrections = use
        user.save(update_fields=["use_corrections"])
        restamp([user.pk])


def learn_again(user: User, *, now: datetime) -> None:
    """Fit the listener's model anew after corrections were written by somebody else than this module.

    Call it in a transaction that holds the library.
    """
    _learn(user, now=now)


def refit_outdated(*, now: datetime) -> int:
    """Fit the listeners' models anew on top of a new common one. The number of them."""
    others = PersonalModel.objects.exclude(base_version=current_model().version)
    outdated = list(others.select_related("user").order_by("pk"))
    for personal in outdated:
        with transaction.atomic():
            hold_library(personal.user)
            _learn(personal.user, now=now)
    return len(outdated)


def _forget_opposite(user: User, track: Track, mood: Mood) -> None:
    opposite = OPPOSITES.get(mood)
    if opposite:
        Correction.objects.for_user(user).of_track(track).filter(mood=opposite, applies=True).delete()


def _learn(user: User, *, now: datetime) -> None:
    said: dict[int, dict[str, bool]] = {}
    rows = Correction.objects.for_user(user).order_by("pk")
    for track_id, mood, applies in rows.values_list("track_id", "mood", "applies"):
        said.setdefault(track_id, {})[mood] = applies
    offset = _fitted(said)
    learnt = {
        "offsets": {} if offset is NO_OFFSET else offset.as_json(),
        "corrections": sum(len(of_track) for of_track in said.values()),
        "base_version": current_model().version,
        "fitted_at": now,
    }
    PersonalModel.objects.update_or_create(user=user, defaults=learnt)
    restamp([user.pk])


def _fitted(said: dict[int, dict[str, bool]]) -> PersonalOffset:
    """What the corrections of tracks with a known mood say about this listener."""
    known = TrackMood.objects.known().of_tracks(said.keys()).exclude(standardised=b"").order_by("track_id")
    columns = [f"p_{mood}" for mood in MOODS]
    rows = list(known.values_list("track_id", "standardised", *columns))
    if not rows:
        return NO_OFFSET
    z = np.frombuffer(b"".join(bytes(row[1]) for row in rows), dtype=np.float16)
    return fit_personal(
        np.array([row[2:] for row in rows], dtype=np.float64),
        z=z.reshape(-1, len(FEATURES)).astype(np.float64),
        targets=np.array([target_of(said[row[0]]) for row in rows]),
    )


def has_learnt(personal: PersonalModel | None) -> bool:
    """Whether the corrections moved other songs too: they are too few, or do not agree, otherwise."""
    if personal is None or not personal.offsets:
        return False
    offset = PersonalOffset.from_json(personal.offsets)
    return bool(np.any(offset.bias) or np.any(offset.features))
