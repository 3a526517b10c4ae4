"""How much memory a worker takes for what it has to carry: a large import and the moods of many tracks.

Run `python -m bench.memory`, with `--quick` for a tenth of it. The worker is the Procfile's, on PostgreSQL.
"""

import argparse
import sys
import threading
from collections.abc import Iterator

from bench.ground import installed, memory_mb, populate
from bench.history_download import make_download
from bench.table import Line, show
from tests.services.installation import Installation, Running
from tests.services.servers import wait_until

ROWS = 250_000
TRACKS = 100_000
WORKER_MB = 350
STALE = "SELECT count(*) FROM moods_trackmood WHERE is_stale"


class Peak:
    """Looks at the memory of a process group four times a second and keeps the most it saw."""

    def __init__(self, running: Running) -> None:
        self.mb = 0.0
        self._leader = running.popen.pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> float:
        """The most megabytes at once."""
        self._over.set()
        self._thread.join()
        return self.mb

    def _look(self) -> None:
        while not self._over.wait(0.25):
            self.mb = max(self.mb, sum(memory_mb(self._leader).values()))


def main() -> int:
    """Print the table; 1 when something in it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows and tracks")
    share = 10 if parser.parse_args().quick else 1
    with installed(SOURCES="") as installation:
        return show(_measure(installation, rows=ROWS // share, tracks=TRACKS // share))


def _measure(installation: Installation, *, rows: int, tracks: int) -> Iterator[Line]:
    populate(installation, users=1, plays=1000, tracks=tracks)
    archive = installation.folder / "download.zip"
    archive.write_bytes(make_download(rows, seed=3).zip_bytes)
    installation.act("receive", "listener-00000", str(archive))
    installation.act("stale")
    worker = installation.start("worker")
    peak = Peak(worker)
    installation.wait_until_done("library.import", seconds=540)
    wait_until(lambda: installation.value(STALE) == 0, seconds=540, why="scoring does not end")
    name = f"worker that imports {rows:,} rows and scores {tracks:,} tracks"
    yield Line(name, peak.stop(), "MB", reach=WORKER_MB)


if __name__ == "__main__":
    sys.exit(main())
