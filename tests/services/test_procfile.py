"""The Procfile's own commands carry a listener from the first visit to a playlist on Spotify."""

import pytest
import requests

from tests.services.installation import PROCFILE
from tests.services.servers import wait_until
from tests.services.truth import assert_likes_are_true, assert_nothing_is_doubled
from tests.services.visitor import Visitor

KNOWN = "SELECT count(*) FROM moods_trackmood WHERE mood <> 'unknown'"
PUBLISHED = "SELECT 1 FROM playlists_playlist WHERE state = 'published'"
PAGES = ("home", "moods", "moods/calm", "tracks", "build", "playlists", "imports", "sync", "settings")


@pytest.fixture
def visitor(installation):
    installation.start("web")
    installation.start("worker")
    somebody = Visitor(installation.url)
    yield somebody
    somebody.close()


def test_procfile_has_the_three_processes_of_a_deployment():
    assert sorted(PROCFILE) == ["release", "web", "worker"]


def test_procfile_carries_a_listener_from_sign_in_to_a_playlist_on_spotify(installation, world, visitor):
    before = {playlist["id"] for playlist in world.playlists("sam")}

    visitor.open("/")
    visitor.submit("/accounts/spotify/login/")
    assert "simulation of Spotify" in visitor.answer.text
    visitor.submit("/accounts/authorize", listener="sam", answer="agree")
    assert visitor.answer.url == f"{installation.url}/home/"
    installation.wait_until_done("library.sync", seconds=40)
    wait_until(lambda: installation.value(KNOWN) > 100, seconds=40, why="no moods")
    for page in PAGES:
        visitor.open(f"/{page}/")
    visitor.open("/build/?ready=calm-evening")
    visitor.submit("/build/", do="publish", name="Carried here")
    visitor.submit("/accounts/spotify/")
    visitor.submit("/accounts/authorize", listener="sam", answer="agree")
    wait_until(lambda: installation.rows(PUBLISHED), seconds=30, why="the playlist does not get there")

    made = [playlist for playlist in world.playlists("sam") if playlist["id"] not in before]
    assert [playlist["name"] for playlist in made] == ["Carried here"]
    assert len(made[0]["uris"]) > 5
    assert_likes_are_true(installation, world, "sam")
    assert_nothing_is_doubled(installation)
    told = requests.get(f"{installation.url}/readyz", timeout=20).json()
    assert (told["status"], told["failing"]) == ("ok", [])
    figures = requests.get(f"{installation.url}/metrics", timeout=20).text
    assert 'moodsite_jobs{kind="library.sync",state="done"} ' in figures
