"""An import whose worker is killed again and again: what is lost, what is stored twice, what is kept.

`python -m bench.import_kills --kills 20` kills a real process with SIGKILL at random moments of
reading, lets the next one go on, and prints one JSON report; it ends with status 1 when the rows in
the end are not the true ones. The database is a file of SQLite, or on the server of DATABASE_URL.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.history_download import MadeDownload, make_download
from bench.import_history import fresh_database

LIVES = 4
"""A worker lives for up to this part of the time that an import takes when it is left alone."""
DEATHS_IN_PLACE = 1
"""So many have died before anything more was stored when a worker is given more time."""


@dataclass
class Outcome:
    """What came of all downloads together."""

    downloads: int = 0
    kills: int = 0
    found_by_workers: list[int] = field(default_factory=list)
    rows_lost_from_progress: int = 0
    plays: int = 0
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Kill, go on, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, outcome = random.Random(options.seed), Outcome()
    while outcome.kills < options.kills:
        made = make_download(options.rows, seed=rng.randrange(1000), songs=options.rows // 20)
        with tempfile.TemporaryDirectory() as folder:
            _import_under_fire(Path(folder), made, rng=rng, most=options.kills, outcome=outcome)
    print(json.dumps(vars(outcome)))
    return int(bool(outcome.wrong or outcome.rows_lost_from_progress))


def _import_under_fire(
    folder: Path, made: MadeDownload, *, rng: random.Random, most: int, outcome: Outcome
) -> None:
    download = folder / "my_spotify_data.zip"
    download.write_bytes(made.zip_bytes)
    given = os.environ.get("DATABASE_URL", "")
    database = given if given.startswith("postgres") else f"sqlite:///{folder / 'bench.sqlite3'}"
    with fresh_database(database) as url:
        world = _Child(url, download)
        whole_s = _left_alone(world)
    with fresh_database(database) as url:
        world = _Child(url, download)
        world.run("prepare")
        _kill(world, rng=rng, longest_s=whole_s / LIVES, most=most - outcome.kills, outcome=outcome)
        world.run("go")
        _compare(json.loads(world.run("report")), made, outcome=outcome)


def _left_alone(world: "_Child") -> float:
    """Seconds that the import takes."""
    world.run("prepare")
    began = time.monotonic()
    world.run("go")
    return time.monotonic() - began


def _kill(world: "_Child", *, rng: random.Random, longest_s: float, most: int, outcome: Outcome) -> None:
    """Kill worker after worker, until one is quicker."""
    stored, deaths_here = 0, 0
    for _ in range(most):
        worker, found = world.begun()
        outcome.rows_lost_from_progress += max(0, stored - found)
        deaths_here = 1 if found > stored else deaths_here + 1
        stored = found
        # At the third death in one place the job itself would be taken for the cause.
        seconds = rng.uniform(0, longest_s) if deaths_here <= DEATHS_IN_PLACE else LIVES * longest_s
        if not was_killed(worker, after=seconds):
            return
        outcome.kills += 1
        outcome.found_by_workers.append(found)


def was_killed(worker: subprocess.Popen[str], *, after: float) -> bool:
    """Whether it still lived by then."""
    with suppress(subprocess.TimeoutExpired):
        worker.wait(after)
    lived = worker.poll() is None
    worker.kill()
    worker.communicate()
    return lived


def _compare(told: dict[str, Any], made: MadeDownload, *, outcome: Outcome) -> None:
    outcome.downloads += 1
    outcome.plays += len(told["plays"])
    truth = made.truth
    stored = sorted((play[0], play[1]) for play in told["plays"])
    facts = {
        "state": told["state"] == "done",
        "verdicts": told["verdicts"] == dict(truth.verdicts),
        "plays": stored == sorted((play[0], play[1]) for play in truth.plays.elements()),
        "library": told["library"] == len(stored),
        "upload deleted": told["parts"] == 0,
    }
    outcome.wrong += [name for name, is_right in facts.items() if not is_right]


class _Child:
    """Processes on one database, one after the other."""

    def __init__(self, url: str, download: Path) -> None:
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "moodsite.settings",
            "SECRET_KEY": "only-for-measuring-0123456789-abcdefghijklmnop",
            "LOG_LEVEL": "CRITICAL",
            "DEBUG": "True",
            "DATABASE_URL": url,
            "DOWNLOAD": str(download),
        }

    def run(self, step: str) -> str:
        """The output of a step that is left alone."""
        process = self._start(step)
        output, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{step} ended with status {process.returncode}")
        return output

    def begun(self) -> tuple[subprocess.Popen[str], int]:
        """A worker that begins to read, and the rows that it found stored."""
        process = self._start("go")
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    def _start(self, step: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.library.importing.killed_import", step]
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    sys.exit(main())
