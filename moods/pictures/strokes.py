"""Numbers and curves as SVG writes them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise


def svg_number(value: float) -> str:
    """Write a number for an SVG attribute: a point for decimals, at most two of them, no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def percent_of(part: float, whole: float) -> str:
    """Write part / whole as an SVG percentage."""
    return f"{svg_number(100 * part / whole)}%"


def swell(heights: Sequence[int], *, start: int, step: int) -> str:
    """Join equally spaced heights by curves that are level at each of them.

    Curves through different rows of heights blend alike at the same place, so stacked ones never cross.
    The text begins after a move to (start, heights[0]).
    """
    if len(heights) < 2:
        return ""
    first = f"C{start + step // 2} {heights[0]} {start + step // 2} {heights[1]} {start + step} {heights[1]}"
    rest = (
        f"s{step // 2} {after - before} {step} {after - before}" for before, after in pairwise(heights[1:])
    )
    return first + "".join(rest)


def polygon(corners: Iterable[tuple[float, float]]) -> str:
    """Join corners by straight lines and close the figure."""
    return "M" + "L".join(f"{svg_number(x)} {svg_number(y)}" for x, y in corners) + "Z"


def glide(heights: Sequence[int], *, start: int, step: int) -> str:
    """Join equally spaced heights by a smooth curve that never rises above or falls below its points.

    Slopes are the harmonic means of their neighbours (Fritsch and Butland 1984). The text begins after a
    move to (start, heights[0]).
    """
    slopes = _slopes(heights)
    third = step / 3
    return "".join(
        f"C{svg_number(x + third)} {svg_number(heights[place] + slopes[place] / 3)} "
        f"{svg_number(x + 2 * third)} {svg_number(heights[place + 1] - slopes[place + 1] / 3)} "
        f"{x + step} {heights[place + 1]}"
        for place, x in enumerate(range(start, start + step * (len(heights) - 1), step))
    )


def _slopes(heights: Sequence[int]) -> list[float]:
    """Rise per step at each point: level at both ends and at every turn."""
    rises = [after - before for before, after in pairwise(heights)]
    inner = [
        2 * left * right / (left + right) if left * right > 0 else 0.0 for left, right in pairwise(rises)
    ]
    return [0.0, *inner, 0.0]
