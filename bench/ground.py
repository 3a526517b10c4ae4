"""The ground that measurements stand on: an installation on a PostgreSQL and a Redis of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import Sandbox
from tests.services.installation import ROOT, Installation
from tests.services.servers import OwnPostgres, OwnRedis


@contextmanager
def installed(**environment: str) -> Iterator[Installation]:
    """An empty, migrated installation; everything it started is stopped at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="moodsite-bench-") as name,
        tempfile.TemporaryDirectory(prefix="moodsite-bench-postgres-") as cluster,
        Sandbox(seed=7) as world,
    ):
        # The cluster's folder belongs to another user, who may not pass through ours.
        folder = Path(name)
        postgres, redis = OwnPostgres(Path(cluster)), OwnRedis(folder)
        postgres.start()
        redis.start()
        url = postgres.create("bench")
        installation = Installation(folder, world, database_url=url, redis_url=redis.url, **environment)
        try:
            installation.release()
            yield installation
        finally:
            installation.close()
            redis.stop()
            postgres.stop()


def populate(installation: Installation, *, users: int, plays: int, tracks: int) -> None:
    """So many made-up listeners; who is there already is left alone. A million plays take minutes."""
    sizes = ("--users", str(users), "--plays", str(plays), "--tracks", str(tracks))
    command = [sys.executable, "manage.py", "populate", *sizes]
    environment = {**installation.environment, "STATEMENT_TIMEOUT_MS": "0"}
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)


def memory_mb(leader: int) -> dict[int, float]:
    """Megabytes of each process in the group that `leader` leads, by process id.

    What several share is divided among them (the kernel's PSS), so that the sum is what the machine gives.
    """
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (size := _share_mb(entry, leader)) is not None:
            found[int(entry.name)] = size
    return found


def processor_s(leader: int) -> float:
    """Seconds of processor time that the living processes of a group have used so far."""
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_of(int(entry.name), leader):
            ticks += sum(map(int, (entry / "stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _is_of(process: int, leader: int) -> bool:
    try:
        return os.getpgid(process) == leader
    except ProcessLookupError:
        return False


def _share_mb(entry: Path, leader: int) -> float | None:
    if not _is_of(int(entry.name), leader):
        return None
    try:
        told = (entry / "smaps_rollup").read_text()
    except OSError:
        return None
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1024
