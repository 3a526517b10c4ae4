"""Shapes and words on a dark picture of 1080 pixels width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from moods.classifier.taxonomy import MOODS
from moods.pictures.fingerprint import SHORTEST, WAIST, WIDTH
from moods.pictures.states import ANGLES
from moods.sharing.palette import INK, PAPER, STATES, Colour

SIDE: Final = 1080
FINER: Final = 3
"""Round shapes are drawn so many times larger and shrunk: Pillow's own edges are jagged."""
SMOOTH: Final = 24
"""Points along one side of a petal."""
_FONTS: Final = Path(__file__).resolve().parent.parent.parent / "static" / "vendor" / "fonts"
_TEXT, _MORE_LETTERS, _HEADINGS = "figtree.woff2", "figtree-ext.woff2", "bricolage-grotesque-display.woff2"
_NO_LETTER: Final = "\uffff"

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A place and a size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Look:
    """How words look; `anchor` as Pillow names them, `width`: cut what is longer, 0 for never."""

    size: int
    colour: Colour
    weight: int = 400
    is_display: bool = False
    anchor: str = "la"
    width: int = 0


class Canvas:
    """A picture in the making."""

    def __init__(self, height: int, *, glow: Sequence[str]) -> None:
        """Start with the ground, lit in the colours of at most two states."""
        self.picture = _ground(height, glow)
        self._draw = ImageDraw.Draw(self.picture)

    def text(self, words: str, *, at: Place, look: Look) -> None:
        """Write one line; what is wider than the look allows ends in an ellipsis."""
        shown, x = words, float(at[0])
        while look.width and len(shown) > 1 and _length(shown, look) > look.width:
            shown = shown.removesuffix("…")[:-1].rstrip() + "…"
        for font, run in _runs(shown, look):
            self._draw.text((x, at[1]), run, font=font, fill=look.colour, anchor=look.anchor)
            x += font.getlength(run)

    def paragraph(self, words: str, *, box: Box, size: int) -> None:
        """Write a headline in lines, as large as `size` or as fits."""
        font = _font(_HEADINGS, size, weight=800)
        lines = _lines(words, font, box.width)
        while size > 24 and not _fits(lines, font, box=box, size=size):
            size -= 4
            font = _font(_HEADINGS, size, weight=800)
            lines = _lines(words, font, box.width)
        for place, line in enumerate(lines):
            self._draw.text((box.x, box.y + place * size), line, font=font, fill=INK)

    def bloom(self, petals: Sequence[float], *, at: tuple[int, int, int]) -> None:
        """Six petals in two rings; at: x, y and the length of a full petal. () draws the rings alone."""
        x, y, reach = at
        for far in (reach, reach // 2):
            self._round((x - far, y - far), 2 * far, _ring)
        self._flower(petals, at=at)

    def mark(self, *, at: Place, size: int) -> None:
        """The logo's flower, its upper left corner at a place."""
        half = size // 2
        self._flower((0.9,) * len(MOODS), at=(at[0] + half, at[1] + half, half))

    def _flower(self, petals: Sequence[float], *, at: tuple[int, int, int]) -> None:
        x, y, reach = at
        self._round((x - reach, y - reach), 2 * reach, lambda draw, size: _flower(draw, size, petals))

    def _round(self, corner: Place, size: int, shape: Callable[[ImageDraw.ImageDraw, int], None]) -> None:
        """Draw a shape larger than it is to be, shrink it, and lay it onto the picture."""
        layer = Image.new("RGBA", (size * FINER, size * FINER))
        shape(ImageDraw.Draw(layer), size * FINER)
        small = layer.resize((size, size), Image.Resampling.LANCZOS)
        self.picture.paste(small, corner, small)

    def bar(self, shares: Sequence[tuple[str, float]], *, box: Box) -> None:
        """All shares beside each other, rounded at both ends."""
        layer = Image.new("RGB", (box.width * FINER, box.height * FINER), STATES["unknown"])
        draw = ImageDraw.Draw(layer)
        ends = np.cumsum([0.0, *(share for _, share in shares)]) * box.width * FINER
        for (state, _), (left, right) in zip(shares, pairwise(ends.tolist()), strict=True):
            draw.rectangle((left, 0, right, box.height * FINER), fill=STATES[state])
            draw.line((right, 0, right, box.height * FINER), fill=PAPER, width=4 * FINER)
        mask = Image.new("L", layer.size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, *layer.size), box.height * FINER / 2, fill=255)
        size = (box.width, box.height)
        shown, shape = (
            layer.resize(size, Image.Resampling.LANCZOS),
            mask.resize(size, Image.Resampling.LANCZOS),
        )
        self.picture.paste(shown, (box.x, box.y), shape)

    def entry(self, state: str, words: str, *, at: Place, width: int) -> None:
        """One line of the legend."""
        x, y = at
        self._draw.rounded_rectangle((x, y + 6, x + 26, y + 32), 8, fill=STATES[state])
        self.text(words, at=(x + 40, y), look=Look(32, INK, weight=600, width=width - 40))

    def can_draw(self, words: str) -> bool:
        """Whether the fonts have every letter of it; they are Latin only."""
        return all(_has(_TEXT, letter) or _has(_MORE_LETTERS, letter) for letter in words)


def _ground(height: int, glow: Sequence[str]) -> Image.Image:
    """The paper, lit from the upper left in the first colour and from the lower right in the second."""
    down, across = np.mgrid[0 : height // 8, 0 : SIDE // 8] * 8.0
    pixels = np.full((*down.shape, 3), PAPER, dtype=np.float64)
    for state, (x, y) in zip(glow, ((0.12 * SIDE, 0.0), (0.95 * SIDE, 0.9 * height)), strict=False):
        far = np.sqrt((across - x) ** 2 + (down - y) ** 2) / (0.62 * height)
        strength = 0.42 * np.clip(1 - far, 0, 1) ** 1.6
        pixels += strength[..., None] * (np.array(STATES[state]) - pixels)
    small = Image.fromarray(pixels.astype(np.uint8), "RGB")
    return small.resize((SIDE, height), Image.Resampling.BICUBIC)


def _ring(draw: ImageDraw.ImageDraw, size: int) -> None:
    draw.ellipse((FINER, FINER, size - FINER, size - FINER), outline=(*INK, 46), width=2 * FINER)


def _flower(draw: ImageDraw.ImageDraw, size: int, petals: Sequence[float]) -> None:
    for mood, petal in zip(MOODS, petals, strict=False):
        outline = _petal(ANGLES[mood], petal, reach=size / 2)
        draw.polygon(outline, fill=STATES[mood])
        draw.line([*outline, outline[0]], fill=PAPER, width=2 * FINER)


def _petal(degrees: float, share: float, *, reach: float) -> list[tuple[float, float]]:
    """The outline of `moods.pictures.fingerprint.petal` as points."""
    length = reach * max(SHORTEST, sqrt(min(share, 1.0)))
    along, across = cos(radians(degrees)), -sin(radians(degrees))
    half = [_on_curve(step / SMOOTH) for step in range(SMOOTH + 1)]
    whole = [(out, -aside) for out, aside in half] + [(out, aside) for out, aside in reversed(half)]
    return [
        (
            reach + length * (out * along - aside * across),
            reach + length * (out * across + aside * along),
        )
        for out, aside in whole
    ]


def _on_curve(t: float) -> tuple[float, float]:
    """A point of the Bézier curve from the centre to the tip: how far out, how far aside."""
    second, third, last = 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    return second * WAIST + third + last, (second + third) * WIDTH


def _lines(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break at spaces, as many words to a line as fit."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _fits(lines: Sequence[str], font: ImageFont.FreeTypeFont, *, box: Box, size: int) -> bool:
    return len(lines) * size <= box.height and all(font.getlength(line) <= box.width for line in lines)


def _runs(words: str, look: Look) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """The words in pieces, each with the font that has its letters."""
    ours = _HEADINGS if look.is_display else _TEXT
    runs = groupby(words, key=lambda letter: ours if _has(ours, letter) else _MORE_LETTERS)
    return [(_font(name, look.size, weight=look.weight), "".join(letters)) for name, letters in runs]


def _length(words: str, look: Look) -> float:
    return sum(font.getlength(run) for font, run in _runs(words, look))


@cache
def _font(name: str, size: int, *, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FONTS / name, size)
    font.set_variation_by_axes([weight])
    return font


@cache
def _has(name: str, letter: str) -> bool:
    """Whether a font draws a letter otherwise than one that does not exist."""
    font = _font(name, 32, weight=600)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask(_NO_LETTER))
