"""Tell what a listener changed on Spotify by hand, and keep it in what is to be written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandEdits:
    """What somebody did to a playlist: URIs that came, URIs that went, whether the rest changed places."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    is_reordered: bool

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.is_reordered)


def hand_edits(before: Sequence[str], current: Sequence[str]) -> HandEdits:
    """What turned `before`, as we left it, into `current`, as it is now."""
    gone, come = Counter(before) - Counter(current), Counter(current) - Counter(before)
    stayed = [uri for uri in before if uri not in gone and uri not in come]
    now = [uri for uri in current if uri not in gone and uri not in come]
    return HandEdits(
        added=tuple(dict.fromkeys(uri for uri in current if uri in come)),
        removed=tuple(dict.fromkeys(uri for uri in before if uri in gone)),
        is_reordered=stayed != now,
    )


def with_hand_edits(wanted: Sequence[str], *, before: Sequence[str], current: Sequence[str]) -> list[str]:
    """`wanted` as the listener would have it who turned `before` into `current`.

    What went stays away, what came stands after the one it was put behind, and where places were
    changed those that are in both stand in the listener's order.
    """
    if list(wanted) == list(before):
        return list(current)
    edits = hand_edits(before, current)
    merged = [uri for uri in wanted if uri not in edits.removed]
    if edits.is_reordered:
        merged = _reordered(merged, current)
    return with_guests(merged, current=current, guests=edits.added)


def with_guests(wanted: Sequence[str], *, current: Sequence[str], guests: Sequence[str]) -> list[str]:
    """`wanted` and those of `guests` that are not in it, each behind the one it follows in `current`."""
    placed = list(wanted)
    missing = set(guests) - set(placed)
    for at, uri in enumerate(current):
        if uri in missing:
            placed.insert(_place_behind(placed, current[:at]), uri)
            missing.discard(uri)
    return placed


def _place_behind(placed: Sequence[str], above: Sequence[str]) -> int:
    """Behind the nearest of `above` (from the end) that is placed; the top where none is."""
    for uri in reversed(above):
        if uri in placed:
            return placed.index(uri) + 1
    return 0


def _reordered(wanted: Sequence[str], current: Sequence[str]) -> list[str]:
    """Those of `wanted` that are in `current` take each other's places until they stand in its order."""
    rank = {uri: at for at, uri in reversed(list(enumerate(current)))}
    in_order = iter(sorted((uri for uri in wanted if uri in rank), key=lambda uri: rank[uri]))
    return [next(in_order) if uri in rank else uri for uri in wanted]
