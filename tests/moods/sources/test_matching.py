import pytest

from moods.sources.matching import (
    normalized,
    plain_title,
    same_artist,
    same_duration,
    same_title,
)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Rain", "Rain"),
        ("Rain - Remastered 2011", "Rain"),
        ("Rain - 2011 Remaster", "Rain"),
        ("Rain – Radio Edit", "Rain"),
        ("Rain (Remastered)", "Rain"),
        ("Rain (feat. Ann & Bo)", "Rain"),
        ("Rain (with Ann)", "Rain"),
        ("Rain [feat. Ann] [Explicit]", "Rain"),
        ("Rain feat. Ann", "Rain"),
        ('Rain - From "The Film"', "Rain"),
        ("Rain (feat. Ann) - Radio Edit", "Rain"),
        ("Rain - Live", "Rain"),
        ("Rain - Live at Home", "Rain"),
        ("Rain (Live)", "Rain"),
        ("Rain (Live from Home, 1999)", "Rain"),
        ("Rain (Live Forever)", "Rain (Live Forever)"),
        ("Rain - Live and Let Live", "Rain - Live and Let Live"),
        ("Rain (Over Me)", "Rain (Over Me)"),
        ("Anti-Hero", "Anti-Hero"),
        ("With You", "With You"),
        ("[untitled]", "[untitled]"),
        ("(feat. Ann)", "(feat. Ann)"),
    ],
)
def test_title_is_made_plain(title, plain):
    assert plain_title(title) == plain


def test_title_of_any_length_is_made_plain_at_once():
    assert plain_title("(feat. " * 100_000) == "(feat. " * 42 + "(feat."


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("Don’t  Stop!", "dont stop"),
        ("Beyoncé", "beyonce"),
        ("Straße", "strasse"),
        ("片想い", "片想い"),
        ("AC/DC", "ac dc"),
        ("!!!", ""),
    ],
)
def test_text_is_normalized(text, norm):
    assert normalized(text) == norm


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ("RAIN!", "Rain - Remastered 2011", True),
        ("Rain", "Rainy", False),
        ("", "Rain", False),
    ],
)
def test_titles_are_compared(theirs, ours, same):
    assert same_title(theirs, ours) is same


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ("Ann", "ann", True),
        ("Ann & Bo", "Bo", True),
        ("Ann", "Ann feat. Bo", True),
        ("Annabel", "Ann", False),
        ("", "Ann", False),
        ("!!!", "!!!", True),
        ("!!!", "???", False),
    ],
)
def test_artists_are_compared(theirs, ours, same):
    assert same_artist(theirs, ours) is same


@pytest.mark.parametrize(
    ("theirs_s", "ours_s", "same"),
    [
        (None, 200.0, True),
        (200.0, None, True),
        (12.0, 10.0, True),
        (12.1, 10.0, False),
        (210.0, 200.0, True),
        (210.1, 200.0, False),
    ],
)
def test_durations_are_compared(theirs_s, ours_s, same):
    assert same_duration(theirs_s, ours_s) is same
