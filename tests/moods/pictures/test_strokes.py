"""Numbers and curves as SVG writes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moods.pictures.strokes import glide, percent_of, polygon, svg_number, swell

heights = st.lists(st.integers(0, 1000), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (0.5, "0.5"), (12.3456, "12.35"), (-0.001, "0"), (-2.5, "-2.5"), (100, "100")],
)
def test_number_is_short_when_written_for_svg(value, text):
    assert svg_number(value) == text


def test_percentage_has_two_decimals_at_most_when_it_does_not_come_out_even():
    assert percent_of(1, 3) == "33.33%"


def test_polygon_closes_when_corners_end():
    assert polygon([(0, 0), (1.25, 0), (0, 2)]) == "M0 0L1.25 0L0 2Z"


@pytest.mark.parametrize("curve", [swell, glide])
def test_curve_is_empty_when_there_is_one_point(curve):
    assert curve([7], start=0, step=10) == ""


def test_swell_is_level_at_each_point_when_it_joins_them():
    assert swell([10, 20, 5], start=5, step=10) == "C10 10 10 20 15 20s5 -15 10 -15"


def ends(path: str, *, first: int) -> list[int]:
    """Follow a swell's relative steps and give the height at each point."""
    start, *steps = path[1:].split("s")
    reached = [first, int(start.split()[-1])]
    for step in steps:
        reached.append(reached[-1] + int(step.split()[-1]))
    return reached


@given(heights)
def test_swell_passes_through_every_point_when_steps_are_relative(points):
    assert ends(swell(points, start=5, step=10), first=points[0]) == points


@given(heights)
def test_glide_stays_between_neighbours_when_it_bends(points):
    numbers = [float(text) for text in re.findall(r"-?[\d.]+", glide(points, start=0, step=10))]
    bends = [numbers[place : place + 6] for place in range(0, len(numbers), 6)]

    for (_, first, _, second, _, end), before, after in zip(bends, points, points[1:], strict=False):
        low, high = min(before, after) - 0.01, max(before, after) + 0.01
        assert (low <= first <= high, low <= second <= high, end) == (True, True, after)
