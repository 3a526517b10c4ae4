"""Moodsite as it is deployed: the Procfile's own commands on real servers, watched from outside."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests
from honcho.environ import parse_procfile

from sandbox import Sandbox
from tests.environment import DEFAULTS
from tests.services.servers import PATIENCE_S, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
PROCFILE = parse_procfile((ROOT / "Procfile").read_text()).processes


@dataclass
class Running:
    """One started process and where its words go."""

    name: str
    popen: subprocess.Popen
    log: Path

    def kill(self) -> None:
        """SIGKILL the whole group: nothing of it can tidy up."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def end(self, *, within: float = 40.0) -> float:
        """SIGTERM to the whole group, as platforms send it; how many seconds it took to be gone."""
        started = time.monotonic()
        os.killpg(self.popen.pid, signal.SIGTERM)
        self.popen.wait(within)
        return time.monotonic() - started


class Installation:
    """Web and worker processes that share a database and a broker."""

    def __init__(
        self, folder: Path, world: Sandbox, *, database_url: str, redis_url: str, **more: str
    ) -> None:
        self.folder = folder
        self._started: list[Running] = []
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        keys = ("DOTENV", "SECRET_KEY", "TOKEN_KEYS", "SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET")
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        self.environment = {
            **{name: DEFAULTS[name] for name in (*keys, *threads)},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "ALLOWED_HOSTS": "127.0.0.1",
            "BIND_HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DISPATCH_SECONDS": "1",
            "SPOTIFY_CALLS_PER_30_SECONDS": "100000",
            "SPOTIFY_API_URL": world.spotify_api_url,
            "SPOTIFY_ACCOUNTS_URL": world.accounts_url,
            "RECCOBEATS_URL": world.reccobeats_url,
            "LRCLIB_URL": world.lrclib_url,
            "MUSICBRAINZ_URL": world.musicbrainz_url,
            "SANDBOX_URL": world.url,
            "WEB_CONCURRENCY": "1",
            **more,
        }

    # Processes

    def release(self) -> None:
        """What a deployment runs first."""
        self._run(["bash", "-c", PROCFILE["release"]])

    def start(self, name: str) -> Running:
        """Start a process of the Procfile; the web process is there when this returns."""
        running = self.start_command(name, PROCFILE[name])
        if name == "web":
            wait_until(self.answers, why=lambda: f"web does not start: {running.log.read_text()}")
        return running

    def start_command(self, name: str, command: str) -> Running:
        """Start a command line in a group of its own."""
        log = self.folder / f"{name}-{len(self._started)}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                ["bash", "-c", command],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(Running(name, popen, log))
        return self._started[-1]

    def act(self, *words: str) -> str:
        """Do something inside, as `tests.services.acts` says; what it printed."""
        return self._run([sys.executable, "-m", "tests.services.acts", *words])

    def manage(self, *words: str) -> str:
        """Run a management command; what it printed."""
        return self._run([sys.executable, "manage.py", *words])

    def close(self) -> None:
        """Kill whatever still runs."""
        for running in self._started:
            running.kill()

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    # What can be seen

    def answers(self) -> bool:
        """Whether the web process does."""
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with psycopg.connect(self.database_url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """The one value that it answers."""
        return self.rows(query)[0][0]

    def is_done(self, *kinds: str) -> bool:
        """Whether there were jobs of each of these kinds and all of them are done."""
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        states = self.rows(f"SELECT DISTINCT kind, state FROM jobs_job WHERE kind IN ({listed})")
        return sorted(states) == sorted((kind, "done") for kind in kinds)

    def wait_until_done(self, *kinds: str, seconds: float = PATIENCE_S) -> None:
        """Until `is_done`; fails with what is left to do after `seconds`."""
        left = "SELECT to_jsonb(jobs_job) FROM jobs_job WHERE state != 'done'"
        wait_until(
            lambda: self.is_done(*kinds),
            seconds=seconds,
            why=lambda: f"{', '.join(kinds)}: {self.rows(left)}",
        )

    def let_pass(self, seconds: int) -> None:
        """Let so much time pass for leases and lost messages, which are measured in minutes."""
        shifts = [f"{name} = {name} - interval '{seconds} s'" for name in ("leased_until", "sent_at")]
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(
                f"UPDATE jobs_job SET {', '.join(shifts)} WHERE state IN ('queued', 'running')"
            )
