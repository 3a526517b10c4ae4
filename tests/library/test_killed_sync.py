import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PAGES_OF_KARL = 160


@pytest.fixture
def world():
    """Spotify with its clock running, as the worker's does."""
    with Sandbox(seed=7) as sandbox:
        yield sandbox


def start(step: str, world: Sandbox, database: Path) -> subprocess.Popen:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "SANDBOX_URL": world.url,
        "SPOTIFY_API_URL": world.spotify_api_url,
        "SPOTIFY_ACCOUNTS_URL": world.accounts_url,
        "SPOTIFY_CALLS_PER_30_SECONDS": "100000",
        "LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.library.first_sync", step],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(step: str, world: Sandbox, database: Path) -> str:
    process = start(step, world, database)
    output, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    return output


def kill_after(pages: int, world: Sandbox, process: subprocess.Popen) -> None:
    """SIGKILL the worker as soon as it has asked for so many pages of liked songs."""
    deadline = time.monotonic() + 120
    while len(world.journal("saved_tracks")) < pages:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.processes
def test_first_sync_of_8000_likes_ends_with_the_same_rows_when_its_worker_is_killed(world, tmp_path):
    database = tmp_path / "karl.sqlite3"
    run("prepare", world, database)
    world.clear_journal()

    for pages in (40, 95):
        kill_after(pages, world, start("go", world, database))
    run("go", world, database)

    rows = json.loads(run("report", world, database))
    assert rows["liked"] == sorted(song["id"] for song in world.liked("karl"))
    assert (rows["plays"], rows["library"], rows["syncs"]) == (50, 8000, ["done"])
    offsets = [int(request.query.get("offset", 0)) for request in world.journal("saved_tracks")]
    assert sorted(set(offsets)) == list(range(0, 8000, 50))
    assert len(offsets) <= PAGES_OF_KARL + 2
    assert len(world.journal("recently_played")) == 1
