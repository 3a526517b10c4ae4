"""One bar of shares."""

from moods.pictures.share_bar import Segment, ShareBar, share_bar


def test_bar_is_empty_when_nothing_was_heard():
    assert share_bar([0] * 8) == ShareBar((), ())


def test_segments_follow_the_stack_when_counts_are_given():
    sad, happy = Segment("sad", "0%", "25%", 25), Segment("happy", "25%", "75%", 75)

    assert share_bar([3, 1, 0, 0, 0, 0, 0, 0]) == ShareBar((sad, happy), (happy, sad))
