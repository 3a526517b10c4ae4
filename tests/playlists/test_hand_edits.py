from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.services.comparing import Change, changes_between
from playlists.services.hand_edits import HandEdits, hand_edits, with_hand_edits

URIS = st.lists(st.sampled_from("abcdefghij"), max_size=8)
LISTS = st.lists(st.sampled_from("abcdefghij"), max_size=8, unique=True)


def test_hand_edits_tell_what_came_went_and_moved():
    assert hand_edits("abcd", "dbxa") == HandEdits(added=("x",), removed=("c",), is_reordered=True)
    assert not hand_edits("abcd", "abcd")


def test_hand_edits_are_kept_in_a_list_that_was_about_to_be_written():
    merged = with_hand_edits("abefg", before="abcd", current="bxad")

    assert "".join(merged) == "bxaefg"


@given(URIS, URIS)
def test_hand_edits_alone_give_the_list_as_it_is(before, current):
    assert with_hand_edits(before, before=before, current=current) == current


@settings(max_examples=300)
@given(LISTS, LISTS, LISTS)
def test_hand_edits_survive_in_whatever_is_wanted(wanted, before, current):
    merged = with_hand_edits(wanted, before=before, current=current)

    added, removed = set(current) - set(before), set(before) - set(current)
    if wanted != before:
        assert set(merged) == (set(wanted) - removed) | added
        assert len(merged) == len(set(merged))
    else:
        assert merged == current


@given(URIS, URIS, URIS)
def test_hand_edits_with_songs_twice_never_fail(wanted, before, current):
    merged = with_hand_edits(wanted, before=before, current=current)

    assert set(merged) <= set(wanted) | set(current)


def test_changes_between_names_what_went_came_and_moved():
    assert changes_between([1, 2, 3, 4], [4, 1, 5, 2]) == (
        Change("removed", 3, 3),
        Change("moved", 4, 1),
        Change("added", 5, 3),
    )
    assert changes_between([1, 2], [1, 2]) == ()
