"""A stranger signs in, sees the mood of their listening, and finds a playlist in their Spotify account."""

import re

from playwright.sync_api import Page, expect

SOON = 60_000


def sign_in(page: Page, url: str, listener: str) -> None:
    """From the landing page through the consent page of the simulated Spotify."""
    page.goto(url)
    page.get_by_role("button", name="Continue with Spotify").first.click()
    page.get_by_role("radio", name=re.compile(listener)).check()
    page.get_by_role("button", name="Agree").click()
    page.wait_for_url("**/home/")


def wait_for_moods(page: Page, url: str) -> None:
    """Until nothing is being worked out any more."""
    page.goto(f"{url}/home/")
    expect(page.get_by_role("heading", name="Mood over time")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Working out moods")).to_have_count(0, timeout=SOON)


def test_a_stranger_gets_from_sign_in_to_a_playlist_on_spotify(product, page):
    sign_in(page, product.url, "Sam")
    wait_for_moods(page, product.url)
    before = {playlist["id"] for playlist in product.world.playlists("sam")}

    page.goto(f"{product.url}/build/")
    page.get_by_label("Name").fill("My quiet hour")
    page.get_by_role("button", name="Save to Spotify").click()
    page.get_by_role("button", name="Allow it on Spotify").click()
    page.get_by_role("button", name="Agree").click()
    page.wait_for_url("**/playlists/**")
    expect(page.locator("a[href^='https://open.spotify.com/playlist/']").first).to_be_visible(timeout=SOON)

    made = [playlist for playlist in product.world.playlists("sam") if playlist["id"] not in before]
    assert [playlist["name"] for playlist in made] == ["My quiet hour"]
    assert len(made[0]["uris"]) > 5
    assert page.complaints == []


def test_no_token_reaches_a_url_or_a_log_line(product):
    journal = product.world.journal()
    secrets = re.compile(r"(BQ|AQ)[\w-]{20,}|access_token=|refresh_token=")

    assert [call for call in journal if secrets.search(f"{call.path}?{call.query}")] == []
    assert secrets.findall(product.logs()) == []


def test_no_removed_endpoint_was_asked(product):
    assert [call.path for call in product.world.journal() if call.kind == "removed"] == []
