"""Run the product's processes side by side on one machine, and stop them together."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_S = 20.0
LOOK_EVERY_S = 0.2


class StartFailed(Exception):
    """A process ended before it was ready; the message says which and where its words are."""


@dataclass
class Process:
    """One program that is kept running, with its output in `log`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the supervisor only."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(  # noqa: S603 - our own commands
                list(self.command),
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def has_ended(self) -> bool:
        """Whether it was started and is gone."""
        return self.running is not None and self.running.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Signal its whole group, where it still runs."""
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, number)


def python(*arguments: str) -> list[str]:
    """The command line that runs our own Python with `arguments`."""
    return [sys.executable, *arguments]


def web_and_worker(environment: Mapping[str, str], logs: Path) -> list[Process]:
    """The two processes that every installation has."""
    gunicorn = python("-m", "gunicorn", "-c", "gunicorn.conf.py", "moodsite.wsgi")
    worker = python("-m", "celery", "-A", "moodsite", "worker", "-B", "-P", "threads", "-c", "4")
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"]
    return [
        Process("web", gunicorn, environment, logs / "web.log"),
        Process("worker", [*worker, *quiet], environment, logs / "worker.log"),
    ]


def wait_for(url: str, process: Process, *, seconds: float = 60.0) -> None:
    """Return once `url` answers; raises `StartFailed` when the process ends or time runs out."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.has_ended():
            break
        if _answers(url):
            return
        time.sleep(LOOK_EVERY_S)
    raise StartFailed(f"{process.name} did not start; its last words are in {process.log}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def keep_running(processes: Sequence[Process], *, stopped: "Stop") -> None:
    """Start again whatever ends by itself, until somebody asks to stop; then stop everything."""
    while not stopped.asked:
        for process in processes:
            if process.has_ended() and not stopped.asked:
                print(f"{process.name} ended; starting it again (see {process.log})", flush=True)
                process.start()
        time.sleep(LOOK_EVERY_S)
    stop_all(processes)


def stop_all(processes: Sequence[Process]) -> None:
    """Ask every process to end, wait for the last one, kill what does not."""
    for process in reversed(processes):
        process.send(signal.SIGTERM)
    until = time.monotonic() + GRACE_S
    while time.monotonic() < until and any(_alive(process) for process in processes):
        time.sleep(LOOK_EVERY_S)
    for process in processes:
        process.send(signal.SIGKILL)


def _alive(process: Process) -> bool:
    return process.running is not None and process.running.poll() is None


class Stop:
    """Notices Ctrl-C and SIGTERM."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True
