"""The API's pages in Chromium, under our own policy; and hostile names, really executed or not."""

import pytest

from accounts.models import User
from tests.browser.walking import AXE, RUN_AXE, SERIOUS
from tests.security.payloads import PAYLOADS
from tests.security.world import fill

pytestmark = pytest.mark.browser


@pytest.fixture
def signed_in(transactional_db, client, live_server):
    """The session cookie of a listener whose things have hostile names."""
    user = User.objects.create_user("alice", password="x")
    fill(user, " ".join(PAYLOADS[1:4]))
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    return {"name": "sessionid", "value": cookie.value, "url": live_server.url}


def opened(open_page, signed_in, path: str):
    # A page that names its icon: for others Chromium asks for one, and complains at some time later.
    page = open_page("/accounts/login/")
    page.context.add_cookies([signed_in])
    page.complaints.clear()
    page.on("dialog", lambda dialog: page.complaints.append(f"dialog: {dialog.message}") or dialog.dismiss())
    page.goto(page.url.removesuffix("/accounts/login/") + path)
    return page


def barriers(page) -> list[dict]:
    """What axe-core finds serious or critical; the debugger may run it whatever the policy says."""
    page.evaluate(AXE.read_text())
    return [one for one in page.evaluate(RUN_AXE, []) if one["impact"] in SERIOUS]


def test_documentation_shows_every_address(open_page, signed_in):
    page = opened(open_page, signed_in, "/api/v1/docs/")

    page.wait_for_selector(".opblock-summary-path", timeout=60_000)

    assert page.locator(".opblock").count() > 60
    # Swagger sets one inline style, which the policy stops; it does without.
    assert [text for text in page.complaints if "inline style" not in text] == []
    assert barriers(page) == []


def test_browsable_api_shows_rows_and_is_named_after_us(open_page, signed_in):
    page = opened(open_page, signed_in, "/api/v1/tracks")

    assert page.title().endswith("Moodsite API")
    assert "alert(1)" in page.locator(".response-info").inner_text()
    assert [text for text in page.complaints if "dialog" in text or "script" in text.lower()] == []
    assert barriers(page) == []


@pytest.mark.parametrize(
    "path",
    ["", "overview/", "accounts/user/", "accounts/user/{}/change/", "jobs/job/", "playlists/playlist/"],
)
def test_admin_has_no_serious_barrier(open_page, signed_in, path):
    User.objects.update(is_staff=True, is_superuser=True)

    page = opened(open_page, signed_in, f"/admin/{path.format(User.objects.get().pk)}")

    assert "/admin/" in page.url
    assert barriers(page) == []


@pytest.mark.parametrize("path", ["/tracks/", "/home/", "/playlists/", "/settings/", "/imports/", "/build/"])
def test_hostile_names_run_nothing_in_a_browser(open_page, signed_in, path):
    page = opened(open_page, signed_in, path)

    page.wait_for_load_state("networkidle")

    assert page.complaints == []
    assert page.locator("main script, main iframe, main svg[onload], main [onerror]").count() == 0
