"""The whole product, started as a person starts it, for journeys through it in a browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from sandbox import Remote

ROOT = Path(__file__).resolve().parent.parent.parent
START_S = 90


@dataclass
class Product:
    """A running Moodsite: its address, the world it lives in, and its folder with the logs."""

    url: str
    world: Remote
    folder: Path

    def logs(self) -> str:
        """Everything its processes have said so far."""
        return "\n".join(path.read_text() for path in sorted((self.folder / "logs").glob("*.log")))


def free_pair() -> int:
    """A port that is free and whose next one is free, too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def environment(port: int) -> dict[str, str]:
    """What a person's shell has: nothing of the tests' own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PORT": str(port), "DOTENV": os.devnull, "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="session")
def product(tmp_path_factory) -> Iterator[Product]:
    """`make demo` in a fresh folder, stopped by Ctrl-C."""
    folder, port = tmp_path_factory.mktemp("demo"), free_pair()
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--folder", str(folder)],
            cwd=ROOT,
            env=environment(port),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    wait_until_ready(process, folder / "said.txt")
    yield Product(f"http://127.0.0.1:{port}", Remote(f"http://127.0.0.1:{port + 1}"), folder)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=40) == 0


def wait_until_ready(process: subprocess.Popen, said: Path) -> None:
    """Return when it says that it is ready; fail with its words otherwise."""
    until = time.monotonic() + START_S
    while "Moodsite is ready" not in said.read_text():
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"The product did not start: {said.read_text()}")
        time.sleep(0.2)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of 390 by 844 points."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    """A page on that phone; what the browser complains of is in ``page.complaints``."""
    opened = phone.new_page()
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    return opened
