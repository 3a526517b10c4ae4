"""Somebody without any Spotify connection uploads the privacy download and takes a playlist along."""

import re

from playwright.sync_api import Page, expect

SOON = 90_000


def sign_up(page: Page, url: str, name: str) -> None:
    """With a name and a password only."""
    page.goto(f"{url}/accounts/signup/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill("correct horse battery staple")
    page.get_by_label(re.compile("again", re.IGNORECASE)).fill("correct horse battery staple")
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/home/")


def upload(page: Page, url: str, file: bytes) -> None:
    """As the ZIP it is."""
    page.goto(f"{url}/imports/")
    page.locator("input[type=file]").set_input_files(
        {"name": "my_spotify_data.zip", "mimeType": "application/zip", "buffer": file}
    )
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/imports/\d+/"))


def test_a_download_becomes_a_playlist_to_take_along_without_any_spotify(product, page):
    product.world.clear_journal()
    sign_up(page, product.url, "wilma")

    upload(page, product.url, product.world.privacy_download("rosa"))
    expect(page.get_by_role("table").first).to_be_visible(timeout=SOON)
    page.goto(f"{product.url}/home/")
    expect(page.get_by_role("heading", name="Mood over time")).to_be_visible(timeout=SOON)
    page.goto(f"{product.url}/build/?mood=energetic")
    page.get_by_label("Name").fill("Run, Wilma")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    page.wait_for_url("**/playlists/**")

    links = page.locator("textarea").first.input_value().split()
    assert len(links) > 5
    assert all(re.fullmatch(r"https://open\.spotify\.com/track/\w{22}", link) for link in links)
    assert [call.path for call in product.world.journal() if call.path.startswith("/v1/")] == []
    assert page.complaints == []


def test_photos_instead_of_a_download_are_refused_in_words(product, page):
    sign_up(page, product.url, "otto")
    photo = b"\x89PNG\r\n\x1a\n" + b"0" * 100

    page.goto(f"{product.url}/imports/")
    page.locator("input[type=file]").set_input_files(
        {"name": "holiday.zip", "mimeType": "application/zip", "buffer": photo}
    )
    page.get_by_role("button", name="Upload").click()

    expect(page.locator(".notice").first).to_be_visible(timeout=SOON)
