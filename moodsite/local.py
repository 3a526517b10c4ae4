"""Start the whole product on this machine: with the simulated world, or with the real Spotify."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet

from moodsite.processes import (
    Process,
    StartFailed,
    Stop,
    keep_running,
    python,
    stop_all,
    wait_for,
    web_and_worker,
)

ROOT = Path(__file__).resolve().parent.parent


class PortTaken(Exception):
    """Another program listens where we wanted to; the message says what to do."""


def demo_environment(folder: Path, *, port: int, sandbox_url: str) -> dict[str, str]:
    """The environment of the demo: SQLite and messages under `folder`, the sandbox as the world."""
    return {
        **_kept_keys(folder / "keys"),
        "DOTENV": os.devnull,
        "DEMO": "True",
        "PORT": str(port),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "BIND_HOST": "127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder / 'moodsite.sqlite3'}",
        "REDIS_URL": "",
        "BROKER_DIR": str(folder / "broker"),
        "DISPATCH_SECONDS": "1",
        "SPOTIFY_CLIENT_ID": "demo",
        "SPOTIFY_CLIENT_SECRET": "demo-secret",
        "SPOTIFY_API_URL": f"{sandbox_url}/v1",
        "SPOTIFY_ACCOUNTS_URL": f"{sandbox_url}/accounts",
        "RECCOBEATS_URL": f"{sandbox_url}/reccobeats/v1",
        "LRCLIB_URL": f"{sandbox_url}/lrclib/api",
        "MUSICBRAINZ_URL": f"{sandbox_url}/musicbrainz/ws/2",
        "SPOTIFY_CALLS_PER_30_SECONDS": "600",
        "SENTRY_DSN": "",
    }


def _kept_keys(path: Path) -> dict[str, str]:
    """The demo's keys, made at its first start, so that a second start can read the first one's rows."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(f"{secrets.token_urlsafe(48)}\n{Fernet.generate_key().decode()}\n")
    secret_key, token_key = path.read_text().split()
    return {"SECRET_KEY": secret_key, "TOKEN_KEYS": token_key}


def start_demo(folder: Path, *, port: int) -> None:
    """Run the sandbox, the web process and the worker until Ctrl-C. Raises `StartFailed`, `PortTaken`."""
    sandbox_port = port + 1
    require_free(port)
    require_free(sandbox_port)
    sandbox_url = f"http://127.0.0.1:{sandbox_port}"
    environment = demo_environment(folder, port=port, sandbox_url=sandbox_url)
    state = str(folder / "sandbox.json")
    sandbox = Process(
        "sandbox",
        python("-m", "sandbox", "--port", str(sandbox_port), "--state", state),
        environment,
        folder / "logs" / "sandbox.log",
    )
    _start(environment, folder, port=port, first=[sandbox])


def start_real(folder: Path, *, port: int) -> None:
    """Run the web process and the worker on what `.env` says until Ctrl-C."""
    require_free(port)
    _start({"PORT": str(port), "BIND_HOST": "127.0.0.1"}, folder, port=port, first=[])


def require_free(port: int) -> None:
    """Raises `PortTaken` where something listens on `port` already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise PortTaken(
                f"Port {port} is in use. Stop what runs there, or choose another: PORT=9000 make …"
            )


def _start(environment: Mapping[str, str], folder: Path, *, port: int, first: list[Process]) -> None:
    stopped = Stop()
    prepare(environment, folder)
    processes = [*first, *web_and_worker(environment, folder / "logs")]
    url = f"http://127.0.0.1:{port}"
    try:
        for process in processes:
            process.start()
        wait_for(f"{url}/healthz", next(p for p in processes if p.name == "web"))
    except StartFailed:
        stop_all(processes)
        raise
    if not stopped.asked:
        print(
            f"\nMoodsite is ready: {url}\nLogs are in {folder / 'logs'}. Ctrl-C stops everything.", flush=True
        )
    keep_running(processes, stopped=stopped)


def prepare(environment: Mapping[str, str], folder: Path) -> None:
    """Make the folders and bring the database up to date."""
    (folder / "broker" / "control").mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"],
        env={**os.environ, **environment},
        cwd=ROOT,
        check=True,
    )
