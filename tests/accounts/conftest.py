"""Spotify as the sandbox plays it, and a person in a browser who signs in with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.db import connection as database
from django.db import connections
from django.test import Client

from accounts.models import Connection, User
from accounts.services import Grant, connect_spotify
from sandbox import Sandbox

READ = frozenset(
    [
        "user-read-recently-played",
        "user-library-read",
        "user-top-read",
        "playlist-read-private",
        "playlist-read-collaborative",
    ]
)


@pytest.fixture(autouse=True)
def each_test_for_itself(settings) -> None:
    """Hash passwords cheaply, and count in the database, which each test finds empty."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    settings.REDIS_URL = ""


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    with Sandbox(seed=7) as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server, settings) -> Iterator[Sandbox]:
    """Spotify, well and empty of failures, where the settings say it is."""
    settings.SPOTIFY_API_URL = sandbox_server.spotify_api_url
    settings.SPOTIFY_ACCOUNTS_URL = sandbox_server.accounts_url
    sandbox_server.clear_failures()
    sandbox_server.clear_journal()
    yield sandbox_server
    sandbox_server.clear_failures()
    sandbox_server.rotate(False)
    for listener in ("noor", "sam", "rosa", "karl", "nina"):
        sandbox_server.allow(listener)


@pytest.fixture
def shared_database(transactional_db, tmp_path: Path):
    """A database that threads can share for real: PostgreSQL, or SQLite in a file."""
    configured = connections.settings["default"]
    before = configured["NAME"]

    def share() -> None:
        if database.vendor != "sqlite":
            return
        path = str(tmp_path / "race.sqlite3")
        with database.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [path])
        with closing(sqlite3.connect(path)) as file:
            file.execute("PRAGMA journal_mode=WAL")  # Two connections that switch at once would clash.
        configured["NAME"] = path

    yield share
    configured["NAME"] = before


@dataclass
class Browser:
    """A person with a browser, on our site and at Spotify."""

    client: Client = field(default_factory=Client)

    def start(self, address="/accounts/spotify/login/", **form) -> str:
        """Press the button; where Spotify asks for consent."""
        form.setdefault("next", "/settings/")
        answer = self.client.post(address, form)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    def agree(self, authorize_url: str, listener: str = "noor", answer: str = "agree") -> str:
        """Choose on Spotify's page; where it sends the browser back to."""
        address, _, query = authorize_url.partition("?")
        form = {**dict(parse_qsl(query)), "listener": listener, "answer": answer}
        back = requests.post(address, data=form, allow_redirects=False, timeout=10)
        assert back.status_code == 303, back.text
        return back.headers["Location"]

    def come_back(self, location: str):
        """Follow Spotify's redirect to us."""
        return self.client.get(location[location.index("/accounts/") :])

    def sign_in(self, listener: str = "noor", **form):
        """The whole way."""
        return self.come_back(self.agree(self.start(**form), listener))


@pytest.fixture
def browser(db) -> Browser:
    return Browser()


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def grant_of(sandbox: Sandbox, listener: str, *, at: datetime | None = None, **changes) -> Grant:
    """What a consent of `listener` at Spotify brought."""
    tokens = sandbox.grant(listener, client_id="test-client")
    values = {
        "account_id": f"account-{listener}",
        "spotify_user_id": listener,
        "display_name": listener.title(),
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "expires_in": timedelta(seconds=tokens["expires_in"]),
        "scopes": frozenset(tokens["scope"].split()),
        "authorized_at": at or datetime.now(UTC),
    }
    return Grant(**{**values, **changes})


def connected(user: User, sandbox: Sandbox, listener: str = "noor", **changes) -> Connection:
    """`user` with a grant of `listener` whose access token has run out."""
    grant = grant_of(sandbox, listener, **{"expires_in": timedelta(0), **changes})
    return connect_spotify(user, grant)
