"""Choosing files to import, and the page of an import under way, in a real browser."""

import pytest
from playwright.sync_api import expect

from library.models import HistoryImport
from tests.library.importing.builders import upload
from tests.library.imports.builders import plays

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server, client, alice):
    """A page of a browser in which alice is signed in."""
    client.force_login(alice)
    context = browser.new_context()
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def test_more_files_than_can_be_sent_are_refused_when_they_are_chosen(page, live_server):
    def choose(count: int) -> None:
        files = [{"name": f"{number}.json", "mimeType": "", "buffer": b"[]"} for number in range(count)]
        page.locator("input[type=file]").set_input_files(files)

    page.goto(f"{live_server.url}/imports/")

    choose(21)
    expect(page.get_by_text("More than 20 files cannot be sent at once.")).to_be_visible()
    page.get_by_role("button", name="Upload", exact=True).click()
    choose(20)

    expect(page.get_by_text("0.json, 1.json")).to_be_visible()
    assert page.locator("input[type=file]").evaluate("input => input.checkValidity()")
    assert HistoryImport.objects.count() == 0


def test_question_before_stopping_an_import_stays_while_progress_is_drawn_anew(page, live_server, alice):
    waiting = upload(alice, plays(3))
    page.goto(f"{live_server.url}/imports/{waiting.pk}/")

    page.locator("#import-cancel summary").click()
    HistoryImport.objects.filter(pk=waiting.pk).update(state="reading")
    expect(page.get_by_text("Reading your history")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_text("Reading your history")).to_be_hidden(timeout=30_000)
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
