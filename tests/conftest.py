"""What every test may ask for: nothing outside loopback, the sandbox, and people with names."""

import gc
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import connection, connections

from accounts.models import User
from moods.insights.heard import forget_cached
from moods.services.listener_moods import forget_cached_moods
from playlists.services.candidates import forget_kept_libraries
from sandbox import Sandbox
from tests.chromium import browser  # noqa: F401 - a fixture
from tests.outside import NOW

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
real_connect = socket.socket.connect


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what speaks HTTP with the sandbox."""
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.sandbox)


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what tests make, not at the thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _guarded_connect(self: socket.socket, address):
    host = address[0] if isinstance(address, tuple) else None
    if host is not None and host not in LOOPBACK:
        raise RuntimeError(f"A test tried to reach {host}: only loopback is allowed.")
    return real_connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real_connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """Give each process of a parallel run a database of its own, as one in memory is anyway."""
    process = getattr(request.config, "workerinput", {}).get("workerid")
    database = connections.settings["default"]
    if process and not database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = f"test_{database['NAME']}_{process}"


@pytest.fixture(autouse=True)
def cheap_passwords(settings) -> None:
    """Hash passwords quickly, let a test sign in as often as it likes, list no files for each client."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    settings.WHITENOISE_USE_FINDERS = False


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Row ids repeat from test to test: what memory and caches know by them must not."""
    forget_cached()
    forget_cached_moods()
    forget_kept_libraries()
    caches.settings["default"]["KEY_PREFIX"] = caches["default"].key_prefix = uuid4().hex


@pytest.fixture
def alice(db) -> User:
    """The listener whose things a test is about."""
    return User.objects.create_user("alice", password="correct horse battery staple")


@pytest.fixture
def bob(db) -> User:
    """Somebody else, who may see nothing of alice's."""
    return User.objects.create_user("bob", password="battery staple correct horse")


@pytest.fixture
def sandbox(settings) -> Iterator[Sandbox]:
    """Spotify and the sources as they are at NOW, fresh for each test, and the settings pointed at them."""
    with Sandbox(seed=7, now=NOW) as world:
        settings.SPOTIFY_API_URL = world.spotify_api_url
        settings.SPOTIFY_ACCOUNTS_URL = world.accounts_url
        settings.RECCOBEATS_URL = world.reccobeats_url
        settings.LRCLIB_URL = world.lrclib_url
        settings.MUSICBRAINZ_URL = world.musicbrainz_url
        settings.SPOTIFY_CALLS_PER_30_SECONDS = 10_000
        yield world


@pytest.fixture
def shared_database(transactional_db, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Calling it gives threads a database that they share for real: PostgreSQL, or SQLite in a file.

    What the test wrote before is there; what the threads write is seen by threads only.
    """
    configured = connections.settings["default"]
    before = configured["NAME"]

    def share() -> None:
        if connection.vendor != "sqlite":
            return
        path = str(tmp_path / "shared.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [path])
        configured["NAME"] = path

    yield share
    configured["NAME"] = before
