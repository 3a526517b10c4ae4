"""Say what changed between two lists, the way a person would."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Change:
    """One track that was "added", "removed" or "moved"; `place` counts from 1, in the newer list where
    it is there.
    """

    kind: str
    track_id: int
    place: int


def changes_between(older: Sequence[int], newer: Sequence[int]) -> tuple[Change, ...]:
    """What turned one list of track ids into the other: what went, then what came or moved, from the top."""
    before, after = set(older), set(newer)
    removed = [Change("removed", track, place) for place, track in enumerate(older, 1) if track not in after]
    still = _standing(
        [track for track in older if track in after], [track for track in newer if track in before]
    )
    rest = [
        Change("moved" if track in before else "added", track, place)
        for place, track in enumerate(newer, 1)
        if track not in still
    ]
    return (*removed, *rest)


def _standing(older: Sequence[int], newer: Sequence[int]) -> set[int]:
    """Tracks of both lists that keep their order among each other."""
    if list(older) == list(newer):
        return set(older)
    blocks = SequenceMatcher(None, older, newer, autojunk=False).get_matching_blocks()
    return {track for block in blocks for track in older[block.a : block.a + block.size]}
