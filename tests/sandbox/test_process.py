import json
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sandbox import Remote, Sandbox
from tests.sandbox.conftest import NOON, Client
from tests.sandbox.test_playlists import JPEG

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[2]


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[subprocess.Popen, Remote]]]:
    running = []

    def start_process(*options: str) -> tuple[subprocess.Popen, Remote]:
        command = [sys.executable, "-m", "sandbox", "--port", "0", *options]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        running.append(process)
        line = process.stdout.readline().strip()
        assert line.startswith("sandbox ready on http://127.0.0.1:")
        return process, Remote(line.removeprefix("sandbox ready on "))

    yield start_process
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def test_process_is_ready_soon_and_ends_when_asked(start):
    started = time.monotonic()
    process, remote = start("--now", NOON)
    answer = requests.get(remote.spotify_api_url + "/me", timeout=5)
    took_s = time.monotonic() - started
    process.send_signal(signal.SIGTERM)

    assert (answer.status_code, process.wait(timeout=5)) == (401, 0)
    assert took_s < 10


def test_process_holds_the_same_world_as_one_in_this_process(start, sandbox):
    _, remote = start("--now", NOON, "--seed", "7")

    assert remote.songs()[:50] == sandbox.songs()[:50]
    assert remote.plays("rosa") == sandbox.plays("rosa")
    assert remote.privacy_download("nina") == sandbox.privacy_download("nina")


def test_process_takes_its_options(start):
    _, remote = start("--client-id", "app", "--redirect-uri", "https://a.example/", "--rotate-refresh-tokens")
    token = remote.grant("noor", client_id="app")["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"}

    rotated = requests.post(remote.accounts_url + "/api/token", data=form, timeout=5).json()
    refused = requests.post(
        remote.accounts_url + "/api/token", data={**form, "client_id": "other"}, timeout=5
    )

    assert ("refresh_token" in rotated, refused.json()["error"]) == (True, "invalid_client")


def test_addresses_are_what_the_settings_want(sandbox):
    url = sandbox.url

    assert (sandbox.spotify_api_url, sandbox.accounts_url) == (f"{url}/v1", f"{url}/accounts")
    assert (sandbox.reccobeats_url, sandbox.lrclib_url) == (f"{url}/reccobeats/v1", f"{url}/lrclib/api")
    assert sandbox.musicbrainz_url == f"{url}/musicbrainz/ws/2"


def test_changes_outlive_a_restart_where_they_are_kept(http, tmp_path):
    kept = tmp_path / "var" / "sandbox.json"
    with Sandbox(now=NOON, state=kept) as before:
        noor = Client(before, http, before.grant("noor")["access_token"])
        uris = [song["uri"] for song in before.songs()[:3]]
        created = noor.post("/v1/me/playlists", json={"name": "Kept"}).json()
        noor.post(f"/v1/playlists/{created['id']}/items", json={"uris": uris})
        before.play("nina", ended_at="2026-11-02T11:00:00Z")
        before.like("nina", before.songs()[0]["id"])
        before.revoke("rosa")
        before.forbid("karl")
        truth = [before.playlists("noor"), before.plays("nina"), before.liked("nina")]
        rosa = before.grant("rosa")["access_token"]

    with Sandbox(now=NOON, state=kept) as after:
        found = [after.playlists("noor"), after.plays("nina"), after.liked("nina")]
        statuses = [
            Client(after, http, token).get("/v1/me").status_code
            for token in (noor.token, rosa, after.grant("karl")["access_token"])
        ]

    assert found == truth
    assert statuses == [200, 200, 403]


def test_kept_cover_outlives_a_restart(http, tmp_path):
    kept = tmp_path / "sandbox.json"
    with Sandbox(now=NOON, state=kept) as before:
        noor = Client(before, http, before.grant("noor")["access_token"])
        created = noor.post("/v1/me/playlists", json={"name": "Kept"}).json()
        path, headers = f"/v1/playlists/{created['id']}/images", {"Content-Type": "image/jpeg"}
        noor.put(path, data=b64encode(JPEG), headers=headers)
    with Sandbox(now=NOON, state=kept) as after:
        picture = http.get(f"{after.url}/images/cover/{created['id']}/2.jpg").content

    assert picture == JPEG


def test_changes_of_another_world_are_left_alone(tmp_path):
    kept = tmp_path / "sandbox.json"
    with Sandbox(now=NOON, seed=8, state=kept) as before:
        before.play("nina")
    with Sandbox(now=NOON, seed=7, state=kept) as after:
        assert after.plays("nina") == []

    assert json.loads(kept.read_text())["seed"] == 8
