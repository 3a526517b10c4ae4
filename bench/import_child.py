"""One measurement of an import, in a process and on a database of its own (`bench.import_history`)."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.import_floor import import_plainly  # noqa: E402
from jobs.running import run_claimed  # noqa: E402
from library.import_tasks import start_import_here  # noqa: E402
from library.services.importing.receiving import receive_download  # noqa: E402


def migrate(made: Path) -> dict[str, float]:
    """Make the tables, in a process whose memory nobody measures."""
    call_command("migrate", verbosity=0)
    return {}


def speed(made: Path) -> dict[str, float]:
    """Seconds of ours, then of the floor in the emptied tables; by the clock and of this processor."""
    ours, ours_cpu = _timed(lambda: _import(made))
    call_command("flush", interactive=False, verbosity=0)
    user = User.objects.create_user("bench")
    floor, floor_cpu = _timed(lambda: import_plainly(made, user))
    return {"ours_s": ours, "floor_s": floor, "ours_cpu_s": ours_cpu, "floor_cpu_s": floor_cpu}


def memory(made: Path) -> dict[str, float]:
    """The most memory that the process ever had.

    From the kernel's own mark: `ru_maxrss` would count the process that started this one.
    """
    _import(made)
    marks = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {"peak_mb": int(marks["VmHWM"].split()[0]) / 1024}


def _import(made: Path) -> None:
    user = User.objects.create_user("bench")
    history_import = receive_download(user, _blocks(made), file_name=made.name, now=timezone.now())
    job = start_import_here(history_import)
    while job.is_live:
        run_claimed(job.pk)
        job.refresh_from_db()
    if job.state != "done":
        raise SystemExit(job.error)


def _blocks(made: Path) -> Iterator[bytes]:
    with made.open("rb") as file:
        while block := file.read(64 * 1024):
            yield block


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    began, began_cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - began, time.process_time() - began_cpu


if __name__ == "__main__":
    measure = {"migrate": migrate, "speed": speed, "memory": memory}[sys.argv[1]]
    print(json.dumps(measure(Path(sys.argv[2]))))
