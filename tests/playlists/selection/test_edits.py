"""Edit scripts turn what is on Spotify into what is wanted, in few calls."""

from collections import Counter, deque
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.selection import Insert, Move, Remove, apply_edits, edit_script

short_lists = st.lists(st.integers(0, 9), max_size=14)
distinct = st.lists(st.integers(0, 400), max_size=250, unique=True)


@settings(max_examples=300, deadline=None)
@given(current=short_lists, wanted=short_lists)
def test_the_edits_give_what_is_wanted_with_tracks_there_twice(current, wanted):
    assert apply_edits(current, edit_script(current, wanted)) == wanted


@settings(max_examples=40, deadline=None)
@given(current=distinct, wanted=distinct)
def test_the_edits_touch_nothing_that_may_stay_and_keep_to_a_hundred(current, wanted):
    edits = edit_script(current, wanted)
    removed = [track for edit in edits if isinstance(edit, Remove) for track in edit.ids]
    added = [track for edit in edits if isinstance(edit, Insert) for track in edit.ids]

    assert apply_edits(current, edits) == wanted
    assert Counter(removed) == Counter(set(current) - set(wanted))
    assert Counter(added) == Counter(set(wanted) - set(current))
    assert all(len(edit.ids) <= 100 for edit in edits if not isinstance(edit, Move))


@pytest.mark.parametrize(
    ("current", "wanted", "edits"),
    [
        ("abc", "abc", []),
        ("abc", "ac", [Remove(("b",))]),
        ("abc", "abxc", [Insert(2, ("x",))]),
        ("abc", "axc", [Remove(("b",)), Insert(1, ("x",))]),
        ("abcdef", "defabc", [Move(0, 3, 6)]),
        ("abcdef", "eabcdf", [Move(0, 4, 5)]),
        ("aab", "ab", [Remove(("a",)), Insert(0, ("a",))]),
        ("ab", "aab", [Insert(1, ("a",))]),
        ("", "ab", [Insert(0, ("a", "b"))]),
        ("ab", "", [Remove(("a", "b"))]),
    ],
)
def test_simple_changes_take_the_one_call_they_need(current, wanted, edits):
    assert edit_script(current, wanted) == edits


def test_long_lists_are_written_a_hundred_at_a_time():
    assert [len(edit.ids) for edit in edit_script(range(250), range(250, 470))] == [
        100,
        100,
        50,
        100,
        100,
        20,
    ]


def fewest_moves(start, n=6):
    """Moves of whole ranges from every order of n to the sorted one, by breadth-first search."""
    reached, queue = {start: 0}, deque([start])
    while queue:
        order = queue.popleft()
        for low in range(n):
            for high in range(low + 1, n + 1):
                rest = order[:low] + order[high:]
                for place in range(len(rest) + 1):
                    other = rest[:place] + order[low:high] + rest[place:]
                    if other not in reached:
                        reached[other] = reached[order] + 1
                        queue.append(other)
    return reached


def test_moves_are_within_one_of_the_fewest_and_mostly_the_fewest():
    fewest = fewest_moves(tuple(range(6)))
    excess = Counter(len(edit_script(order, range(6))) - fewest[order] for order in permutations(range(6)))

    assert set(excess) <= {0, 1}
    assert excess[0] >= 0.85 * sum(excess.values())
