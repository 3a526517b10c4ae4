"""How long an import takes beside the least it could, how much memory, and how many rows a second.

Run `python -m bench.import_history`; with DATABASE_URL=postgres://… also on PostgreSQL, in databases
of its own that are dropped again. `--quick` takes a tenth of the rows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.history_download import make_download
from bench.table import Line, show

ROWS, MEMORY_ROWS = 100_000, 250_000
MOST_RATIO, MOST_MB = 2.0, 200
RUNS = 3
_SECONDS = ("ours_s", "floor_s", "ours_cpu_s", "floor_cpu_s")
_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "moodsite.settings",
    "SECRET_KEY": "only-for-measuring-0123456789-abcdefghijklmnop",
    "LOG_LEVEL": "WARNING",
    "DEBUG": "False",
}


def main() -> int:
    """Print a line per figure; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    share = 10 if parser.parse_args().quick else 1
    with tempfile.TemporaryDirectory() as folder:
        return show(_lines(Path(folder), share=share))


def _lines(folder: Path, *, share: int) -> Iterator[Line]:
    rows, memory_rows = ROWS // share, MEMORY_ROWS // share
    made = _written(folder / "speed.zip", rows)
    for database in _databases(folder):
        runs = [_child("speed", made, database=database) for _ in range(RUNS)]
        yield from _speed_lines(runs, rows=rows, on=urlsplit(database).scheme)
    large = _written(folder / "memory.zip", memory_rows)
    for database in _databases(folder):
        peak = _child("memory", large, database=database)["peak_mb"]
        on = urlsplit(database).scheme
        yield Line(f"peak memory of importing {memory_rows:,} rows, {on}", peak, "MB", reach=MOST_MB)


def _speed_lines(runs: list[dict[str, float]], *, rows: int, on: str) -> Iterator[Line]:
    """The best of each, since whatever else a machine does only ever adds."""
    ours, floor, ours_cpu, floor_cpu = (min(run[name] for run in runs) for name in _SECONDS)
    yield Line(f"import of {rows:,} rows, {on}", ours, "s", floor=floor)
    yield Line(f"the same in times of the floor, {on}", ours / floor, "", reach=MOST_RATIO)
    yield Line(f"rows a second, {on}", rows / ours, "rows/s", floor=rows / floor)
    yield Line(f"its processor time, {on}", ours_cpu, "s", floor=floor_cpu)


def _written(path: Path, rows: int) -> Path:
    path.write_bytes(make_download(rows, seed=7, songs=rows // 10).zip_bytes)
    return path


def _databases(folder: Path) -> list[str]:
    given = os.environ.get("DATABASE_URL", "")
    return [f"sqlite:///{folder / 'bench.sqlite3'}", *([given] if given.startswith("postgres") else [])]


def _child(what: str, made: Path, *, database: str) -> dict[str, float]:
    """Measure in a process of its own, on a fresh database."""
    with fresh_database(database) as url:
        _run("migrate", made, url=url)
        return _run(what, made, url=url)


def _run(what: str, made: Path, *, url: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.import_child", what, str(made)]
    environment = {**os.environ, **_ENVIRONMENT, "DATABASE_URL": url}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


@contextmanager
def fresh_database(database: str) -> Iterator[str]:
    """The address of an empty database beside `database`, which is dropped again."""
    if not database.startswith("postgres"):
        yield database
        for path in Path(database.removeprefix("sqlite:///")).parent.glob("bench.sqlite3*"):
            path.unlink()
        return
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(database, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(database)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name}")


if __name__ == "__main__":
    sys.exit(main())
