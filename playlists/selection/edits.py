"""Finds the few Spotify writes that turn a playlist into another and keep "date added" of all that stays."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

MOST_PER_CALL = 100
"""Tracks that Spotify takes in one request to add or remove."""

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Remove(Generic[Id]):
    """Remove every occurrence of at most 100 tracks."""

    ids: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Insert(Generic[Id]):
    """Add at most 100 tracks so that the first gets this position (0 is the top)."""

    position: int
    ids: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Take `length` tracks from `start` and put them before the track now at `before` (the count puts them
    last).
    """

    start: int
    length: int
    before: int


def edit_script(current: Sequence[Id], wanted: Sequence[Id]) -> list[Remove[Id] | Insert[Id] | Move]:
    """The writes, in order, after which `current` equals `wanted`.

    A track that is there more often than wanted has to go altogether first, since Spotify removes every
    occurrence.
    """
    surplus = Counter(current) - Counter(wanted)
    gone = list(dict.fromkeys(track for track in current if track in surplus))
    kept = [track for track in current if track not in surplus]
    ranks = _wanted_ranks(kept, wanted)
    removals = [Remove(tuple(gone[at : at + MOST_PER_CALL])) for at in range(0, len(gone), MOST_PER_CALL)]
    return [*removals, *_moves(ranks), *_insertions(set(ranks), wanted)]


def apply_edits(current: Sequence[Id], edits: Iterable[Remove[Id] | Insert[Id] | Move]) -> list[Id]:
    """What a playlist holds after the writes: for dry runs and tests."""
    tracks = list(current)
    for edit in edits:
        match edit:
            case Remove(ids):
                tracks = [track for track in tracks if track not in ids]
            case Insert(position, ids):
                tracks[position:position] = ids
            case _:
                tracks = _moved(tracks, edit)
    return tracks


def _moved(tracks: list[Id], move: Move) -> list[Id]:
    taken = tracks[move.start : move.start + move.length]
    rest = tracks[: move.start] + tracks[move.start + move.length :]
    place = move.before - move.length if move.before > move.start else move.before
    return rest[:place] + taken + rest[place:]


def _wanted_ranks(kept: Sequence[Id], wanted: Sequence[Id]) -> list[int]:
    """The place in the wanted list of each track that stays; equal tracks keep their order."""
    places: dict[Id, list[int]] = {}
    for place, track in reversed(list(enumerate(wanted))):
        places.setdefault(track, []).append(place)
    return [places[track].pop() for track in kept]


def _moves(ranks: list[int]) -> list[Move]:
    """Moves of whole runs after which the ranks ascend; all but a heaviest ascending chain of runs move."""
    moves: list[Move] = []
    order = {rank: place for place, rank in enumerate(sorted(ranks))}
    places = [order[rank] for rank in ranks]
    while True:
        move = _next_move(places)
        if move is None:
            return moves
        moves.append(move)
        places = _moved(places, move)


def _next_move(places: list[int]) -> Move | None:
    """Move one run out of the chain to where it belongs; None when all ascends.

    Runs are joined anew after each move, since one move can bring several runs together.
    """
    starts = [0, *(at + 1 for at, (left, right) in enumerate(pairwise(places)) if right != left + 1)]
    if len(starts) <= 1:
        return None
    lengths = [end - start for start, end in pairwise([*starts, len(places)])]
    run = _best_run(places, starts, lengths)
    following = places[starts[run]] + lengths[run]
    before = places.index(following) if following < len(places) else len(places)
    return Move(starts[run], lengths[run], before)


def _best_run(places: list[int], starts: list[int], lengths: list[int]) -> int:
    """The run to move: outside the longest ascending chain, best one that joins others by leaving and
    arriving.
    """
    chain = _longest_chain([places[start] for start in starts])
    bounded = [-1, *places, len(places)]
    at = {place: index for index, place in enumerate(bounded)}

    def joined(run: int) -> int:
        first, after = places[starts[run]], places[starts[run]] + lengths[run]
        left, right = bounded[starts[run]], bounded[starts[run] + lengths[run] + 1]
        return (right == left + 1) + (bounded[at[after] - 1] == first - 1)

    return max((run for run in range(len(starts)) if run not in chain), key=joined)


def _longest_chain(firsts: list[int]) -> set[int]:
    """Indices of a longest ascending subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, first in enumerate(firsts):
        length = bisect_left(tails, first)
        previous.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [first]
        ends[length : length + 1] = [index]
    chain: set[int] = set()
    index = ends[-1]
    while index >= 0:
        chain.add(index)
        index = previous[index]
    return chain


def _insertions(staying: set[int], wanted: Sequence[Id]) -> list[Insert[Id]]:
    """Additions from the top down, so that each position is right when its turn comes."""
    insertions: list[Insert[Id]] = []
    run: list[Id] = []
    for place, track in enumerate(wanted):
        if place in staying:
            continue
        fresh = not run or len(run) == MOST_PER_CALL or insertions[-1].position + len(run) != place
        run = [track] if fresh else [*run, track]
        if fresh:
            insertions.append(Insert(place, (track,)))
        else:
            insertions[-1] = Insert(insertions[-1].position, tuple(run))
    return insertions
