"""Servers that a test may stop, flush and restart: a Redis and a PostgreSQL of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import redis

PATIENCE_S = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(
    what: Callable[[], object], *, seconds: float = PATIENCE_S, why: str | Callable[[], str] = ""
) -> object:
    """The first true answer of `what`; fails after `seconds`, saying `why` (asked only then)."""
    until = time.monotonic() + seconds
    while not (answer := what()):
        if time.monotonic() >= until:
            reason = why() if callable(why) else why
            raise AssertionError(f"waited {seconds:.0f} s in vain: {reason or what}")
        time.sleep(0.1)
    return answer


def program(name: str) -> str | None:
    """Where a server's program is, looked for also where Debian keeps PostgreSQL's."""
    places = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ["PATH"]]))


class OwnRedis:
    """A Redis on a port of its own that forgets everything when it stops; with TLS when given files."""

    def __init__(self, folder: Path, *, certificate: Path | None = None, key: Path | None = None) -> None:
        self.port = free_port()
        self._command = [program("redis-server"), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self._command += ["--dir", str(folder), "--maxmemory-policy", "noeviction"]
        self._tls = certificate is not None
        if self._tls:
            self._command += ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
            self._command += ["--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
        else:
            self._command += ["--port", str(self.port)]
        self._running: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """What REDIS_URL is set to."""
        return f"{'rediss' if self._tls else 'redis'}://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        """A connection for the test itself."""
        return redis.Redis.from_url(self.url, **({"ssl_cert_reqs": None} if self._tls else {}))

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._running = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_until(self._answers, why="Redis does not start")

    def stop(self) -> None:
        """Kill it, as a machine that goes away would."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def _answers(self) -> bool:
        try:
            with self.client as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


class OwnPostgres:
    """A PostgreSQL cluster in a folder of its own, which root hands to the user `postgres` who runs it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder / "cluster"
        self._sockets = folder
        self._running: subprocess.Popen | None = None
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        initdb = [program("initdb"), "-D", str(self._folder), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run(self._as_postgres([*initdb, "--no-sync"]), check=True, stdout=subprocess.DEVNULL)

    def url(self, database: str) -> str:
        """What DATABASE_URL is set to."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [program("postgres"), "-D", str(self._folder), "-p", str(self.port)]
        command += ["-k", str(self._sockets), "-h", "127.0.0.1", "-c", "fsync=off"]
        with (self._sockets / "postgres.log").open("ab") as log:
            self._running = subprocess.Popen(self._as_postgres(command), stdout=log, stderr=log, cwd="/")
        wait_until(self._answers, why="PostgreSQL does not start")

    def stop(self) -> None:
        """Stop it at once, connections and all, as in a crash; it recovers at the next start."""
        if self._running is not None:
            self._running.send_signal(signal.SIGQUIT)
            self._running.wait()
            self._running = None

    def create(self, database: str, *, template: str = "template0") -> str:
        """A new database, copied from `template`; its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @staticmethod
    def _as_postgres(command: Sequence[str]) -> list[str]:
        if os.getuid() != 0:
            return list(command)
        # Without a process in between, so that signals reach the server itself.
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
