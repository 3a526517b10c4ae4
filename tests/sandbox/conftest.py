"""A sandbox whose clock stands still, and a client that speaks plain HTTP to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests

from sandbox import Sandbox

NOON = "2026-11-02T12:00:00Z"


@dataclass
class Client:
    """Requests against one sandbox, with a listener's token or without."""

    sandbox: Sandbox
    session: requests.Session
    token: str = ""

    def send(self, method: str, path: str, **options) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= options.pop("headers", {})
        url = path if path.startswith("http") else f"{self.sandbox.url}{path}"
        return self.session.request(
            method, url, headers=headers, timeout=10, allow_redirects=False, **options
        )

    def get(self, path: str, **options) -> requests.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, **options) -> requests.Response:
        return self.send("POST", path, **options)

    def put(self, path: str, **options) -> requests.Response:
        return self.send("PUT", path, **options)

    def delete(self, path: str, **options) -> requests.Response:
        return self.send("DELETE", path, **options)

    def pages(self, path: str) -> list[dict]:
        """Every page from here on, following `next`."""
        pages = [self.get(path).json()]
        while pages[-1]["next"]:
            pages.append(self.get(pages[-1]["next"]).json())
        return pages


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(now=NOON) as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["User-Agent"] = "SandboxTests/1.0 (+http://127.0.0.1)"
        yield session


@pytest.fixture
def anyone(sandbox, http) -> Client:
    """Somebody without a token."""
    return Client(sandbox, http)


@pytest.fixture
def signed_in(sandbox, http) -> Callable[..., Client]:
    """A client for a listener, with all scopes unless some are named."""

    def sign_in(listener: str, scopes: list[str] | None = None) -> Client:
        return Client(sandbox, http, sandbox.grant(listener, scopes=scopes)["access_token"])

    return sign_in


@pytest.fixture
def noor(signed_in) -> Client:
    return signed_in("noor")
