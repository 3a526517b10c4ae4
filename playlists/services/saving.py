"""Keep a list: as a new playlist, or as the next version of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from playlists.models import Entry, Playlist, Removal, Version
from playlists.selection import Kind, Selection
from playlists.services.building import Preview
from playlists.services.naming import suggest_name
from playlists.wording import reasons_of


@dataclass(frozen=True, slots=True)
class Line:
    """One track of a version to be: its reasons as JSON; `by_hand` where the listener put it there."""

    track_id: int
    reasons: Sequence[dict[str, Any]] = ()
    locked: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A version to be: its lines in order, and what is said of the whole, as JSON."""

    lines: Sequence[Line]
    note: dict[str, Any] = field(default_factory=dict)


def save_playlist(
    user: User, shown: Preview, *, name: str = "", description: str = "", now: datetime
) -> Playlist:
    """Keep a previewed list as a new playlist, here; an empty name becomes a fitting one."""
    with transaction.atomic():
        playlist = Playlist.objects.create(
            user=user,
            name=name or suggest_name(user, shown),
            description=description,
            recipe=shown.recipe.as_json(),
            revision=shown.draft.revision,
            created_at=now,
            updated_at=now,
        )
        add_version(playlist, content_of(shown), reason=Version.Reason.BUILT, now=now)
    return playlist


def save_edited(playlist: Playlist, shown: Preview, *, now: datetime) -> Version:
    """Keep a previewed list as the next version of a playlist; what was dropped does not come back.

    Where the playlist is on Spotify the version is to be brought there.
    """
    with transaction.atomic():
        by_hand = set(
            playlist.newest_version().entries.filter(by_hand=True).values_list("track_id", flat=True)
        )
        content = content_of(shown)
        lines = [replace(line, by_hand=line.track_id in by_hand) for line in content.lines]
        version = add_version(
            playlist, replace(content, lines=lines), reason=Version.Reason.EDITED_HERE, now=now
        )
        _note_dropped(playlist, shown.draft.dropped - set(shown.track_ids), now=now)
        changes = {"recipe": shown.recipe.as_json(), "revision": shown.draft.revision}
        if playlist.spotify_id:
            changes |= {"writing_version": version.number, "state": Playlist.State.PUBLISHING}
        Playlist.objects.filter(pk=playlist.pk).update(**changes)
    playlist.refresh_from_db()
    return version


def content_of(shown: Preview) -> Content:
    """What a previewed list is kept as."""
    selection = shown.selection
    lines = [Line(pick.track_id, reasons_of(pick), locked=pick.locked) for pick in selection.picks]
    return Content(lines, note_of(selection))


def note_of(selection: Selection) -> dict[str, Any]:
    """What is said of a whole list, as JSON: counts by kind, figures, notices."""
    kinds = {_KIND_NAMES[kind]: count for kind, count in selection.kinds.items()}
    note: dict[str, Any] = {"kinds": kinds, "cap": selection.cap, "floor": round(selection.floor, 3)}
    if selection.expected_precision is not None:
        note["precision"] = round(selection.expected_precision, 3)
    note["notices"] = [
        {"code": notice.code.value, "numbers": dict(notice.numbers)} for notice in selection.notices
    ]
    return note


def with_strangers(lines: Sequence[Line], entries: Sequence[Entry], *, held: Collection[int]) -> list[Line]:
    """The lines, and where they stood, tracks that the listener put there and the library does not hold."""
    kept = list(lines)
    for entry in entries:
        if (entry.locked or entry.by_hand) and entry.track_id not in held:
            line = Line(entry.track_id, entry.reasons, entry.locked, entry.by_hand)
            kept.insert(min(entry.position, len(kept)), line)
    return kept


def add_version(playlist: Playlist, content: Content, *, reason: Version.Reason, now: datetime) -> Version:
    """Write the next version and its entries; call it in a transaction that holds the playlist."""
    newest = playlist.versions.aggregate(newest=Max("number"))["newest"] or 0
    version = Version.objects.create(
        playlist=playlist, number=newest + 1, reason=reason, note=content.note, created_at=now
    )
    Entry.objects.bulk_create(
        Entry(
            version=version,
            position=position,
            track_id=line.track_id,
            locked=line.locked,
            by_hand=line.by_hand,
            reasons=list(line.reasons),
        )
        for position, line in enumerate(content.lines)
    )
    Playlist.objects.filter(pk=playlist.pk).update(updated_at=now)
    return version


def _note_dropped(playlist: Playlist, track_ids: frozenset[int], *, now: datetime) -> None:
    Removal.objects.bulk_create(
        [Removal(playlist=playlist, track_id=track_id, at=now) for track_id in sorted(track_ids)],
        ignore_conflicts=True,
    )


_KIND_NAMES = {Kind.FAMILIAR: "familiar", Kind.FORGOTTEN: "forgotten", Kind.NEW: "new"}
