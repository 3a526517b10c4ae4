"""The share card: its size, what is on it, and that nothing breaks it."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from moods.sharing.card import Card, Shape, Share, card_png
from moods.sharing.drawing import Canvas
from moods.sharing.palette import INK, PAPER, QUIET, STATES

TOKENS = Path("static/css/tokens.css").read_text()


def a_card(**changes) -> Card:
    """A month of two moods."""
    given = {
        "month": "November 2026",
        "headline": "Sad and calm",
        "petals": (0.2, 1.0, 0.1, 0.9, 0.0, 0.1),
        "shares": (Share("sad", 0.6, "sad"), Share("calm", 0.4, "calm")),
        "numbers": "480 plays · 35 hours",
        "songs": (),
        "source": "Plays and song titles from Spotify",
    }
    return Card(**{**given, **changes})


def picture_of(card: Card, shape: Shape = Shape.PORTRAIT) -> Image.Image:
    """The card as it is read back."""
    return Image.open(BytesIO(card_png(card, shape)))


@pytest.mark.parametrize(("shape", "size"), [(Shape.PORTRAIT, (1080, 1920)), (Shape.SQUARE, (1080, 1080))])
def test_card_is_a_png_of_the_size_its_shape_says(shape, size):
    picture = picture_of(a_card(), shape)

    assert (picture.format, picture.size) == ("PNG", size)


def test_bar_has_the_colours_of_the_shares_in_their_order():
    picture = picture_of(a_card())

    assert [picture.getpixel((x, 1385)) for x in (300, 800)] == [STATES["sad"], STATES["calm"]]


def test_petal_of_the_leading_mood_is_seen():
    picture = picture_of(a_card())

    assert picture.getpixel((540 - 200, 945 + 115)) == STATES["sad"]


def test_card_is_drawn_when_nothing_is_known_and_words_are_endless():
    card = a_card(petals=(), shares=(), headline="W" * 300, songs=("A" * 300, "שלום", "Żółć – Ogród"))

    assert picture_of(card, Shape.SQUARE).size == (1080, 1080)


def test_songs_change_the_picture_only_when_their_letters_can_be_drawn():
    plain = card_png(a_card(), Shape.PORTRAIT)

    assert card_png(a_card(songs=("深海",)), Shape.PORTRAIT) == plain
    assert card_png(a_card(songs=("Żuraw i Deszcz",)), Shape.PORTRAIT) != plain


def test_letters_beyond_latin_are_known_to_be_missing():
    canvas = Canvas(64, glow=())

    assert [canvas.can_draw(words) for words in ("Größe 7", "Żółć", "深海", "שלום")] == [
        True,
        True,
        False,
        False,
    ]


def test_colours_are_those_of_the_dark_theme():
    dark = dict(re.findall(r"--([\w-]+): light-dark\(#\w+, (#\w+)\)", TOKENS))

    ours = {**STATES, "paper": PAPER, "ink": INK, "ink-2": QUIET}
    assert {name: "#{:02x}{:02x}{:02x}".format(*colour) for name, colour in ours.items()} == {
        name: dark[name] for name in ours
    }
