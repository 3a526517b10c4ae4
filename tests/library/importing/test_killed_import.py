import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from bench.history_download import make_download

ROOT = Path(__file__).resolve().parents[3]
ROWS = 17_000


def start(step: str, database: Path, download: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DOWNLOAD": str(download),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "tests.library.importing.killed_import", step]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def run(step: str, database: Path, download: Path) -> str:
    process = start(step, database, download)
    output, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    return output


def rows_read(database: Path) -> int:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return connection.execute("SELECT rows_read FROM library_historyimport").fetchone()[0]


def kill_after(rows: int, database: Path, process: subprocess.Popen[str]) -> None:
    """SIGKILL the worker as soon as so many rows are stored, most likely amid the next batch."""
    deadline = time.monotonic() + 120
    while rows_read(database) < rows:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.processes
def test_import_ends_with_exactly_the_true_plays_when_its_worker_is_killed(tmp_path: Path) -> None:
    made = make_download(ROWS, seed=5)
    download, database = tmp_path / "my_spotify_data.zip", tmp_path / "alice.sqlite3"
    download.write_bytes(made.zip_bytes)
    run("prepare", database, download)

    for rows in (1, 5_001, 10_001):
        kill_after(rows, database, start("go", database, download))
    run("go", database, download)

    told = json.loads(run("report", database, download))
    assert (told["state"], told["parts"]) == ("done", 0)
    assert told["verdicts"] == dict(made.truth.verdicts)
    assert told["added"] == len(told["plays"]) == sum(made.truth.plays.values())
    true_stamps = sorted((play[0], play[1]) for play in made.truth.plays.elements())
    assert sorted((play[0], play[1]) for play in told["plays"]) == true_stamps
