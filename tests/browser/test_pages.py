"""Every page in a real browser: open to everybody, light, quick, and whole whatever the library holds."""

import pytest
from playwright.sync_api import expect

from jobs.services import start_job
from tests.browser.libraries import (
    COVER,
    an_ordinary_library,
    no_moods,
    nothing,
    odd_names,
    one_track,
    with_everything_around,
)
from tests.browser.walking import LOOKS, Walker
from tests.playlists.builders import a_song, fill_library

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PUBLIC = ["/", "/privacy/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
OWN = [
    "/home/",
    "/home/?range=all",
    "/home/2026/",
    "/moods/",
    "/moods/calm/",
    "/tracks/",
    "/tracks/?mood=sad&sort=title",
    "/tracks/?q=nowhere+to+be+found",
    "/build/?mood=calm",
    "/playlists/",
    "/imports/",
    "/sync/",
    "/share/",
    "/settings/",
    "/settings/corrections/",
    "/settings/excluded/",
    "/settings/export/",
]


def send_pixel(route) -> None:
    """Answer for Spotify's pictures."""
    route.fulfill(body=PIXEL, content_type="image/png")


DRAWN = ["/home/", "/home/2026/", "/moods/", "/moods/calm/", "/tracks/", "/build/?mood=calm", "/share/"]
"""The pages whose looks depend on what the library holds."""


@pytest.fixture
def walker(browser, live_server, client, alice):
    """A browser in which alice is signed in; covers come from here."""

    def opening(*, width: int = 390, theme: str = "light", **options):
        screen = {"viewport": {"width": width, "height": 844}, "color_scheme": theme}
        context = browser.new_context(**screen, locale="en-GB", timezone_id="Europe/Berlin", **options)
        contexts.append(context)
        context.route(f"{COVER}**", send_pixel)
        client.force_login(alice)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return Walker(context.new_page(), live_server.url)

    contexts = []
    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def addresses(alice) -> list[str]:
    """All pages of an ordinary library."""
    tracks = an_ordinary_library(alice)
    playlist = with_everything_around(alice, tracks)
    imported = alice.imports.get()
    return [
        *OWN,
        f"/tracks/{tracks[0].pk}/",
        playlist.get_absolute_url(),
        f"{playlist.get_absolute_url()}edit/",
        imported.get_absolute_url(),
    ]


def test_page_has_no_serious_barrier_when_it_is_opened(walker, addresses):
    walk = walker()

    found = {path: walk.violations() for path in walk.through(addresses)}

    assert (found, walk.complaints) == ({path: [] for path in addresses}, [])


@pytest.mark.parametrize(
    ("width", "themes"), [(390, ["dark"]), (1440, ["dark", "light"])], ids=["phone", "desktop"]
)
def test_page_has_no_serious_barrier_in_any_size_and_theme(walker, addresses, width, themes):
    walk = walker(width=width)

    found = {}
    for path in walk.through(addresses):
        for theme in themes:
            walk.page.emulate_media(color_scheme=theme)
            found[path, theme] = walk.violations(LOOKS)

    assert (found, walk.complaints) == ({key: [] for key in found}, [])


def test_page_that_anybody_sees_has_no_serious_barrier(walker):
    walk = walker()
    walk.page.context.clear_cookies()

    found = {path: walk.violations() for path in walk.through(PUBLIC)}

    assert found == {path: [] for path in PUBLIC}


def test_page_is_light_quick_still_and_fits_when_it_is_opened(walker, addresses):
    walk = walker()

    found = {}
    for path in walk.through(addresses):
        weight, paint = walk.weight(), walk.quickest_paint(within_ms=1000)
        heavy = weight.page_and_styles >= 100_000 or weight.scripts >= 60_000
        slow = paint["paint"] >= 1000 or paint["shift"] >= 0.05
        wide = walk.too_wide(360, 1600)
        walk.page.set_viewport_size({"width": 390, "height": 844})
        if heavy or slow or wide:
            found[path] = (weight, paint, wide)

    assert (found, walk.complaints) == ({}, [])


@pytest.mark.parametrize("library", [nothing, one_track, odd_names, no_moods])
def test_page_is_whole_when_the_library_is_odd(walker, alice, library):
    tracks = library(alice)
    walk = walker(width=360)

    found = []
    for path in walk.through(
        [*(DRAWN if tracks else OWN), *(track.get_absolute_url() for track in tracks[:3])]
    ):
        found += [(path, one) for one in walk.too_wide(360)]

    assert (found, walk.complaints) == ([], [])


def test_page_fits_a_phone_when_its_tables_are_open_and_words_are_long(walker, alice, settings):
    an_ordinary_library(alice)
    walk = walker(width=360)
    german = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "de", "url": walk.base}
    walk.page.context.add_cookies([german])

    found = {}
    for path in walk.through(["/home/?range=all", "/home/2026/", "/moods/calm/"]):
        summaries = walk.page.locator("main .chart__foot summary").all()
        for summary in summaries:
            summary.click()
        found[path] = (len(summaries), walk.too_wide(360))

    assert found == {"/home/?range=all": (3, []), "/home/2026/": (1, []), "/moods/calm/": (3, [])}


def test_playlist_is_built_and_kept_when_only_keys_are_used(walker, alice):
    an_ordinary_library(alice)
    walk = walker(width=1440)
    walk.page.goto(f"{walk.base}/build/?mood=calm")
    press = walk.page.keyboard.press

    walk.page.locator("input[name=mood]:checked").focus()
    with walk.page.expect_response("**/build/"):
        press("ArrowRight")
    walk.page.get_by_label("Name", exact=True).focus()
    walk.page.keyboard.type("By hand alone")
    press("Tab")
    outline = walk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    press("Enter")
    walk.page.wait_for_url("**/playlists/*/")

    assert (outline, alice.playlists.get().name) == ("solid", "By hand alone")


def test_list_is_shown_and_kept_when_scripts_are_off(walker, alice):
    an_ordinary_library(alice)
    walk = walker(java_script_enabled=False)
    walk.page.goto(f"{walk.base}/build/")

    walk.page.get_by_label("sad", exact=True).first.check(force=True)
    walk.page.get_by_role("button", name="Show the list").last.click()
    walk.page.get_by_role("button", name="Save", exact=True).click()

    expect(walk.page.locator("h1")).to_be_visible()
    assert [playlist.recipe["mood"] for playlist in alice.playlists.all()] == ["sad"]


def test_mood_is_corrected_in_a_list_when_it_is_tapped(walker, alice):
    track = one_track(alice)[0]
    walk = walker()
    walk.page.goto(f"{walk.base}/tracks/")

    walk.page.get_by_title("Correct the mood").click()
    walk.page.get_by_role("button", name="angry").click()
    expect(walk.page.get_by_text("For you it sounds angry now.")).to_be_visible()

    assert alice.corrections.get(track=track).mood == "angry"


def test_table_stays_open_when_a_running_sync_draws_home_anew(walker, alice):
    an_ordinary_library(alice)
    start_job("library.sync", user=alice)
    walk = walker()
    walk.page.goto(f"{walk.base}/home/")
    table, closed = (walk.page.locator(f"details#{chart}-table") for chart in ("timeline", "clock"))

    table.locator("summary").click()
    with walk.page.expect_response("**/home/"):
        fill_library(alice, [a_song(number, "calm", plays=1) for number in range(100, 180)])
    expect(walk.page.get_by_text("mood known for 140 of 140", exact=False)).to_be_visible()
    expect(walk.page.locator(".htmx-settling, .htmx-added")).to_have_count(0)

    expect(table).to_have_attribute("open", "")
    expect(closed).not_to_have_attribute("open", "")
    assert walk.complaints == []


def test_nothing_moves_when_less_motion_is_asked_for(walker, alice):
    an_ordinary_library(alice)
    walk = walker(reduced_motion="reduce")
    walk.page.goto(f"{walk.base}/home/")

    moving = walk.page.evaluate("""[...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return parseFloat(style.transitionDuration) > .01 || parseFloat(style.animationDuration) > .01;
    }).map((one) => one.outerHTML.slice(0, 80))""")

    assert moving == []
