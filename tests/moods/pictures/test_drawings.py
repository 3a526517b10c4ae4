"""The templates that draw the pictures: under the strict policy, in every language, without numbers too."""

import re
from datetime import date
from math import nan
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from moods.pictures.calendar import DayMood, calendar
from moods.pictures.clock import clock
from moods.pictures.curve import curve
from moods.pictures.examples import examples
from moods.pictures.fingerprint import fingerprint
from moods.pictures.history import history
from moods.pictures.mood_map import MapPoint, mood_map
from moods.pictures.share_bar import share_bar
from moods.pictures.timeline import timeline

DAYS = [date(2026, 3, 2), date(2026, 3, 9)]
HOSTILE = "<b>\"&' " + "x" * 300

PICTURES = {
    "timeline": examples().timeline,
    "mood_map": mood_map([MapPoint(0.2, 0.9, 0.123, 1234, "angry", HOSTILE, HOSTILE, "/tracks/1/")]),
    "clock": clock([[1500] * 24] * 7, moods=[["calm"] * 24] * 7),
    "calendar": calendar(2026, days={DAYS[0]: DayMood(3, "sad")}),
    "curve": curve([0.123, 0.5, nan], arousal=[0.1, 0.9, nan], moods=["sad", "happy", "unknown"]),
    "fingerprint": fingerprint([0.1, 0.2, 0.9, 0.4, 0.0, 0.3]),
    "bloom": fingerprint([0.123] * 6),
    "history": history(DAYS, plays=[1, 1234]),
    "share_bar": share_bar([1, 2, 0, 0, 0, 0, 0, 1]),
}
BLANK = {
    "timeline": timeline([], shares=np.zeros((0, 8)), plays=[]),
    "mood_map": mood_map([]),
    "clock": clock([[0] * 24] * 7, moods=[["unknown"] * 24] * 7),
    "calendar": calendar(2026, days={}),
    "curve": curve([], arousal=[], moods=[]),
    "fingerprint": fingerprint([nan] * 6),
    "bloom": fingerprint([nan] * 6),
    "history": history([], plays=[]),
    "share_bar": share_bar([0] * 8),
}
EACH = pytest.mark.parametrize("name", PICTURES)
FULL_OR_BLANK = pytest.mark.parametrize("pictures", [PICTURES, BLANK], ids=["full", "blank"])


def draw(name: str, pictures=PICTURES, **more) -> str:
    return render_to_string(f"components/charts/{name}.html", {"picture": pictures[name], **more})


def parse(markup: str) -> ET.Element:
    return ET.fromstring(f"<div>{markup}</div>")


@EACH
@FULL_OR_BLANK
def test_drawing_is_well_formed_when_numbers_are_full_or_blank(name, pictures):
    assert parse(draw(name, pictures)).tag == "div"


@EACH
def test_drawing_needs_no_inline_style_or_script_when_the_policy_is_strict(name):
    elements = list(parse(draw(name)).iter())
    [key for element in elements for key in element.attrib]

    assert [element.tag for element in elements if element.tag in {"script", "style"}] == []
    assert [
        key for element in elements for key in element.attrib if key == "style" or key.startswith("on")
    ] == []


@EACH
def test_geometry_is_the_same_when_the_language_writes_commas(name):
    with translation.override("en"):
        english = re.findall(r' (?:d|x|y|r|cx|cy|width|height|viewBox|value)="[^"]*"', draw(name))
    with translation.override("de"):
        german = re.findall(r' (?:d|x|y|r|cx|cy|width|height|viewBox|value)="[^"]*"', draw(name))

    assert german == english


@EACH
def test_ids_are_unique_when_two_of_a_picture_stand_on_a_page(name):
    elements = parse(draw(name, id="one") + draw(name, id="two")).iter()

    ids = [element.get("id") for element in elements if element.get("id") and name != "fingerprint"]
    assert len(ids) == len(set(ids))


@EACH
def test_every_picture_says_what_it_shows_when_read_aloud(name):
    page = parse(draw(name))
    words = {element.get("id"): "".join(element.itertext()).strip() for element in page.iter()}
    named = [svg.get("aria-labelledby", "").split() for svg in page.iter("svg") if svg.get("role")]

    assert [[part for part in parts if not words[part]] for parts in named] == [[] for _ in named]


def test_weeks_are_links_when_there_is_an_address_for_them():
    links = [link.get("href") for link in parse(draw("timeline", week_url="/tracks/?week=")).iter("a")]

    assert (links[:2], links[-1]) == (
        ["/tracks/?week=2025-06-02", "/tracks/?week=2025-06-09"],
        "/tracks/?week=2025-06-02",
    )


def test_days_are_links_when_there_is_an_address_for_them():
    links = [link.get("href") for link in parse(draw("calendar", day_url="/tracks/?day=")).iter("a")]

    assert links == ["/tracks/?day=2026-03-02"]


@pytest.mark.parametrize("name", ["timeline", "mood_map", "clock", "calendar", "curve", "history"])
def test_picture_has_no_table_when_it_is_plain(name):
    tables = [len(list(parse(draw(name, plain=plain)).iter("table"))) for plain in (False, True)]

    assert tables == [1, 0]


@pytest.mark.parametrize(("language", "numbers"), [("en", {"1,234", "1,500"}), ("de", {"1.234", "1.500"})])
@pytest.mark.parametrize("name", ["mood_map", "clock", "history"])
def test_large_numbers_are_grouped_as_the_language_does(name, language, numbers):
    with translation.override(language):
        drawn = draw(name)

    cells = {"".join(cell.itertext()) for cell in parse(drawn).iter("td")}
    assert cells & numbers
    assert re.findall(r"\b(?:1234|1500)\b", drawn) == []
