"""What a share card says, and the picture of it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from typing import Final

from moods.sharing.drawing import Box, Canvas, Look
from moods.sharing.palette import INK, QUIET


class Shape(StrEnum):
    """Portrait fills a phone's screen (1080 x 1920), square fits into a message (1080 x 1080)."""

    PORTRAIT = "portrait"
    SQUARE = "square"


@dataclass(frozen=True, slots=True)
class Share:
    """One state of the month: its code, its share of the time (0..1) and its name in the reader's words."""

    state: str
    share: float
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything on a card, already in words.

    petals: six numbers from 0 to 1 in the order of MOODS, () where nothing is known. shares: largest first.
    songs: may be left out. source: where titles and plays come from; always shown.
    """

    month: str
    headline: str
    petals: tuple[float, ...]
    shares: tuple[Share, ...]
    numbers: str
    songs: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things stand on a card of one shape, in pixels; `named` states have their name below the bar."""

    height: int
    title: Box
    title_size: int
    bloom: tuple[int, int, int]
    bar: int
    columns: int
    named: int
    songs: int


_PLACES: Final = {
    Shape.PORTRAIT: _Places(
        height=1920,
        title=Box(90, 250, 900, 320),
        title_size=128,
        bloom=(540, 945, 370),
        bar=1370,
        columns=2,
        named=4,
        songs=1640,
    ),
    Shape.SQUARE: _Places(
        height=1080,
        title=Box(90, 190, 500, 360),
        title_size=92,
        bloom=(800, 385, 265),
        bar=646,
        columns=3,
        named=3,
        songs=834,
    ),
}


@lru_cache(maxsize=32)
def card_png(card: Card, shape: Shape) -> bytes:
    """Draw the card; the last ones are kept, for a preview is nearly always followed by its download."""
    places = _PLACES[shape]
    canvas = Canvas(places.height, glow=[share.state for share in card.shares[:2]])
    _head(canvas, card, places)
    canvas.bloom(card.petals, at=places.bloom)
    _moods(canvas, card, places)
    _foot(canvas, card, places)
    written = BytesIO()
    canvas.picture.save(written, "PNG")
    return written.getvalue()


def _head(canvas: Canvas, card: Card, places: _Places) -> None:
    canvas.mark(at=(90, 90), size=64)
    canvas.text("Moodsite", at=(168, 122), look=Look(44, INK, weight=800, is_display=True, anchor="lm"))
    canvas.text(card.month, at=(places.title.x, places.title.y), look=Look(42, QUIET, weight=600))
    below = Box(places.title.x, places.title.y + 62, places.title.width, places.title.height)
    canvas.paragraph(card.headline, box=below, size=places.title_size)


def _moods(canvas: Canvas, card: Card, places: _Places) -> None:
    """The bar of shares, the names of the largest, and how much was heard."""
    bar = Box(90, places.bar, 900, 30)
    canvas.bar([(share.state, share.share) for share in card.shares], box=bar)
    across = bar.width // places.columns
    for place, share in enumerate(card.shares[: places.named]):
        row, column = divmod(place, places.columns)
        at = (bar.x + column * across, bar.y + 66 + row * 62)
        canvas.entry(share.state, f"{share.name} {round(100 * share.share)} %", at=at, width=across - 20)


def _foot(canvas: Canvas, card: Card, places: _Places) -> None:
    """The songs, or how much was heard alone; the source at the very end."""
    canvas.text(card.numbers, at=(90, places.songs - 62), look=Look(34, QUIET, weight=600))
    drawable = [song for song in card.songs if canvas.can_draw(song)]
    for place, song in enumerate(drawable[:3]):
        canvas.text(song, at=(90, places.songs + place * 52), look=Look(36, INK, weight=600, width=900))
    canvas.text(card.source, at=(90, places.height - 70), look=Look(26, QUIET))
