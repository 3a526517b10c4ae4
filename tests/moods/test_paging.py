"""A place in a library survives its way through an address, and nothing else passes for one."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from moods.paging import SORTS, Place


def packed(*values) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("plays", 41),
        ("recent", datetime(2026, 11, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("liked", datetime(2026, 11, 1, tzinfo=UTC)),
        ("title", "Żuraw – „Deszcz“"),
    ],
)
@pytest.mark.parametrize("backwards", [True, False])
def test_a_place_comes_back_as_it_was(sort, value, backwards):
    place = Place(value, 7, backwards)

    assert Place.from_text(place.as_text(), SORTS[sort]) == place


@pytest.mark.parametrize(
    ("sort", "text"),
    [
        ("plays", ""),
        ("plays", "%%%"),
        ("plays", packed(1, 2)),
        ("plays", packed("many", 7, False)),
        ("plays", packed(-1, 7, False)),
        ("plays", packed(2**63, 7, False)),
        ("plays", packed(1, "seven", False)),
        ("plays", packed(1, 2**63, False)),
        ("recent", packed("2026-11-01T12:00:00", 7, False)),
        ("recent", packed("yesterday", 7, False)),
        ("liked", packed(None, 7, False)),
        ("title", packed(5, 7, False)),
        ("title", packed("nul\0", 7, False)),
    ],
)
def test_what_somebody_made_up_is_no_place(sort, text):
    assert Place.from_text(text, SORTS[sort]) is None
