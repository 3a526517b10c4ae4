"""Covers and portraits, drawn from the id of what they belong to."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

from sandbox.exchange import Answer, Call, Route, empty_answer

_CANVAS = 720
_LARGEST = 640
_PALETTES = (
    ("#1d2b4f", "#e9c46a", "#f4a261", "#f1ede1"),
    ("#264653", "#2a9d8f", "#e9d8a6", "#ee6c4d"),
    ("#3d1f4e", "#a34f8f", "#f2b5a7", "#fff1e0"),
    ("#0f3d3e", "#d6e4d9", "#e2711d", "#100f0f"),
    ("#f3efe6", "#c8553d", "#2d3047", "#93b7be"),
    ("#101820", "#5e8fa8", "#d9e2e7", "#c7a17a"),
    ("#f7d6bf", "#e07a5f", "#3d405b", "#81b29a"),
    ("#22223b", "#9a8c98", "#f2e9e4", "#c9ada7"),
    ("#7a1f2b", "#f0c9a4", "#f7efe2", "#33181c"),
    ("#dfe7d8", "#52796f", "#2f3e46", "#f2cc8f"),
    ("#0b132b", "#3a506b", "#5bc0be", "#f6f7eb"),
    ("#fdf0d5", "#003049", "#c1121f", "#669bbc"),
)

Palette = tuple[str, str, str, str]


def _draw_sun(pen: ImageDraw.ImageDraw, colours: Palette, rng: random.Random) -> None:
    size, left, top = rng.randint(200, 380), rng.randint(60, 360), rng.randint(60, 300)
    pen.ellipse((left, top, left + size, top + size), fill=colours[1])
    for step, colour in enumerate(colours[2:]):
        ridge = rng.randint(400, 480) + 110 * step
        heights = [ridge + rng.randint(-60, 60) for _ in range(5)]
        points = [(place * _CANVAS / 4, height) for place, height in enumerate(heights)]
        pen.polygon([(0, _CANVAS), *points, (_CANVAS, _CANVAS)], fill=colour)


def _draw_rings(pen: ImageDraw.ImageDraw, colours: Palette, rng: random.Random) -> None:
    middle_x, middle_y, step = rng.randint(120, 600), rng.randint(120, 600), rng.randint(40, 80)
    for ring in range(9, 0, -1):
        radius = ring * step
        box = (middle_x - radius, middle_y - radius, middle_x + radius, middle_y + radius)
        pen.ellipse(box, fill=colours[ring % 4])


def _draw_stripes(pen: ImageDraw.ImageDraw, colours: Palette, rng: random.Random) -> None:
    slant, left = rng.choice((-260, 0, 260)), -300
    while left < _CANVAS + 300:
        width = rng.choice((24, 48, 96, 144))
        corners = [(left, 0), (left + width, 0), (left + width + slant, _CANVAS), (left + slant, _CANVAS)]
        pen.polygon(corners, fill=rng.choice(colours))
        left += width


def _draw_tiles(pen: ImageDraw.ImageDraw, colours: Palette, rng: random.Random) -> None:
    count = rng.choice((3, 4, 6))
    side = _CANVAS // count
    for place in range(count * count):
        left, top = place % count * side, place // count * side
        pen.rectangle((left, top, left + side, top + side), fill=rng.choice(colours[:2]))
        start = rng.choice((0, 90, 180, 270))
        pen.pieslice((left, top, left + side, top + side), start, start + 180, fill=rng.choice(colours[2:]))


_DESIGNS: tuple[Callable[[ImageDraw.ImageDraw, Palette, random.Random], None], ...] = (
    _draw_sun,
    _draw_rings,
    _draw_stripes,
    _draw_tiles,
)


@lru_cache(maxsize=1_024)
def draw_picture(name: str, size: int) -> bytes:
    """A square JPEG of coloured shapes, always the same for the same name and size in pixels."""
    rng = random.Random(name)
    palette = rng.choice(_PALETTES)
    canvas = Image.new("RGB", (_CANVAS, _CANVAS), palette[0])
    rng.choice(_DESIGNS)(ImageDraw.Draw(canvas), palette, rng)
    stored = BytesIO()
    canvas.resize((size, size), Image.Resampling.BOX).save(stored, "JPEG", quality=85)
    return stored.getvalue()


def picture(call: Call) -> Answer:
    """GET /images/{kind}/{id}/{size}.jpg."""
    kind, name, size = call.path_ids
    if not 1 <= int(size) <= _LARGEST:
        return empty_answer(404)
    headers = {"Cache-Control": "public, max-age=86400"}
    return Answer(200, draw_picture(f"{kind}/{name}", int(size)), "image/jpeg", headers)


def uploaded_cover(call: Call) -> Answer:
    """GET /images/cover/{playlist}/{revision}.jpg."""
    playlist = call.services.world.shelves.by_id.get(call.path_ids[0])
    if playlist is None or playlist.cover is None:
        return empty_answer(404)
    return Answer(200, playlist.cover, "image/jpeg")


ROUTES = (
    Route("GET", re.compile(r"/images/cover/(\w+)/\d+\.jpg"), "image", uploaded_cover),
    Route("GET", re.compile(r"/images/(\w+)/(\w+)/(\d{1,4})\.jpg"), "image", picture),
)
