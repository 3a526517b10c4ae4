"""Hostile names on every page, in the API and in files: they stay text."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import User
from playlists.exporting import as_csv, as_m3u, exported_tracks
from tests.security.addresses import OBJECT, OWN, all_routes
from tests.security.payloads import PAYLOADS
from tests.security.world import fill, values_for

SKIPPED = {"account_email", "account_change_password", "account_set_password", "socialaccount_connections"}
PAGES = [
    route
    for route in all_routes()
    if route.kind in {OWN, OBJECT}
    and not route.name.startswith(("api-", "job-"))
    and route.name not in SKIPPED
]
TOGETHER = 5
JOINED = [" ".join(PAYLOADS[start : start + TOGETHER]) for start in range(0, len(PAYLOADS), TOGETHER)]
"""Every payload is on every page; some of them in one name, since no page shortens a name."""


class Outline(HTMLParser):
    """Tags with the names of their attributes, in order; addresses and handlers as they are."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("!", (decl,)))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!--", (data,)))

    def handle_pi(self, data: str) -> None:
        self.tags.append(("?", (data,)))


def outlines(word: str, name: str) -> dict[str, Outline]:
    """What every page is made of for a listener whose things are all called `word`."""
    user = User.objects.create_user(name, password="x")
    rows = fill(user, word)
    client = Client()
    client.force_login(user)
    found = {}
    for route in PAGES:
        answer = client.get(route.address(**values_for(route.name, rows)))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found[route.pattern] = Outline(answer.content.decode())
    return found


@pytest.fixture
def harmless(db, settings) -> dict[str, Outline]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return outlines("harmless", "harmless")


def test_hostile_names_add_nothing_to_any_page(harmless):
    changed = []
    for number, word in enumerate(JOINED):
        for pattern, outline in outlines(word, f"user{number}").items():
            if outline.tags != harmless[pattern].tags:
                changed.append((pattern, word))
            if any(address.lower().startswith(("javascript:", "data:")) for address in outline.addresses):
                changed.append((pattern, word, "address"))

    assert changed == []
    assert {"settings/", "imports/", "tracks/", "home/", "playlists/", "sync/", "build/"} <= harmless.keys()
    assert len(harmless) > 20


@pytest.mark.parametrize("word", PAYLOADS)
def test_hostile_name_is_text_in_the_api_and_in_files(alice, word):
    name = word[:70]
    rows = fill(alice, name)
    client = Client()
    client.force_login(alice)

    answer = client.get("/api/v1/tracks")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/json", "nosniff")
    assert json.loads(answer.content)["results"][0]["title"] == f"{name} title"
    browsed = client.get("/api/v1/tracks", headers={"accept": "text/html"}).content.decode()
    assert [tag for tag, _ in Outline(browsed).tags if tag in {"iframe", "base", "math", "template"}] == []
    tracks = exported_tracks(rows["playlist"].newest_version())
    line = list(csv.reader(io.StringIO(as_csv(rows["playlist"], tracks))))[1]
    assert [cell for cell in line if cell[:1] in tuple("=+-@\t\r")] == []
    assert as_m3u(rows["playlist"], tracks).count("\n") == 4
