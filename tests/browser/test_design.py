"""The look in a real browser: fits every width, breaks no policy, works with keys and without scripts."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STYLE_GUIDE = "/styleguide/"
PUBLIC = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", STYLE_GUIDE, "/nowhere/"]
NOTHING_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)"
WIDTHS = [320, 360, 390, 768, 1024, 1600]
TOO_WIDE = """() => [...document.querySelectorAll("main, main *, header *, footer *")]
    .filter((one) => !one.closest("svg, .moods--scroll, .segments, .disclosure__body, .visually-hidden, bdi"))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => innerWidth + ": " + one.outerHTML.slice(0, 80))"""
SHIFT = """() => new Promise((resolve) => {
    let total = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) total += entry.value; })
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(total)));
})"""
FONTS = """document.fonts.ready.then(
    (fonts) => [...fonts].filter((one) => one.status === "loaded").map((one) => one.family))"""
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(autouse=True)
def style_guide(settings, request) -> None:
    """The style guide is there only when debugging; errors look like ours only when not."""
    path = getattr(request.node, "callspec", None) and request.node.callspec.params.get("path", STYLE_GUIDE)
    settings.DEBUG = path in {None, STYLE_GUIDE}


@pytest.mark.parametrize("path", PUBLIC)
def test_page_fits_when_the_screen_is_narrow_or_wide(open_page, path):
    page = open_page(path)

    too_wide = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        too_wide += page.evaluate(TOO_WIDE)

    assert too_wide == []


@pytest.mark.parametrize("path", PUBLIC)
def test_page_breaks_no_policy_when_it_loads(open_page, path):
    page = open_page(path)
    page.wait_for_load_state("networkidle")

    complaints = [text for text in page.complaints if text != NOTHING_FOUND]
    assert complaints == []


@pytest.mark.parametrize("path", ["/", STYLE_GUIDE])
def test_page_does_not_jump_when_fonts_arrive(open_page, path):
    page = open_page(path)
    page.wait_for_load_state("networkidle")

    assert page.evaluate(SHIFT) < 0.05


def test_first_key_skips_to_the_content_when_pressed(open_page):
    page = open_page("/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_theme_stays_when_it_was_switched(open_page):
    page = open_page("/", theme="light")
    before = page.evaluate(GROUND)

    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()

    assert (before, page.evaluate(GROUND)) == ("rgb(246, 245, 250)", "rgb(15, 13, 25)")


def test_theme_switch_is_hidden_when_scripts_are_off(open_page):
    page = open_page("/", scripts=False)

    assert page.locator("[data-theme-switch]").is_visible() is False


def test_table_opens_when_scripts_are_off(open_page):
    page = open_page(STYLE_GUIDE, scripts=False)

    page.locator("#clock summary").click()

    assert page.locator("#clock table").is_visible() is True


def test_fonts_are_ours_when_the_page_is_drawn(open_page):
    page = open_page("/")

    families = {family.strip('"') for family in page.evaluate(FONTS)}
    assert families == {"Bricolage", "Figtree"}


def test_file_is_named_when_it_is_chosen(open_page, tmp_path):
    download = tmp_path / "my_spotify_data.zip"
    download.write_bytes(b"PK")
    page = open_page(STYLE_GUIDE)

    page.locator("input[type=file]").set_input_files(str(download))

    assert page.locator("[data-drop-name]").inner_text() == "my_spotify_data.zip"


def test_menu_closes_when_escape_is_pressed(open_page, alice, client, live_server):
    client.force_login(alice)
    session = client.cookies["sessionid"].value
    page = open_page(STYLE_GUIDE)
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.reload()

    page.locator("details[data-menu] summary").click()
    opened = page.locator(".menu__panel").is_visible()
    page.keyboard.press("Escape")

    assert (opened, page.locator(".menu__panel").is_visible()) == (True, False)
