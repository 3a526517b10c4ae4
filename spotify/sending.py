"""One request to the Web API: a known endpoint, through the gate, bounded, its verdict read."""

import json
import re
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl

import requests
import spotipy

from spotify.errors import QuotaExceeded, RateLimited, RejectedRequest, SpotifyUnavailable
from spotify.exchange import ExchangeFailed, Limits, Reply, exchange, pooled_session
from spotify.verdict import raise_for

_ID = r"[0-9A-Za-z]+"

# Everything this app may call, with the family whose quota it spends. Spotify removed more than
# half of what spotipy still offers; a call that is not listed here never leaves the machine.
_ENDPOINTS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"me", "me"),
    ("GET", r"me/player/recently-played", "recently_played"),
    ("GET", r"me/tracks", "saved_tracks"),
    ("GET", r"me/top/(tracks|artists)", "top"),
    ("GET", r"me/playlists", "playlists"),
    ("POST", r"me/playlists", "playlist_write"),
    ("GET", rf"playlists/{_ID}", "playlists"),
    ("PUT", rf"playlists/{_ID}", "playlist_write"),
    ("GET", rf"playlists/{_ID}/items", "playlist_items"),
    ("POST", rf"playlists/{_ID}/items", "playlist_write"),
    ("PUT", rf"playlists/{_ID}/items", "playlist_write"),
    ("DELETE", rf"playlists/{_ID}/items", "playlist_write"),
    ("PUT", rf"playlists/{_ID}/images", "cover"),
    ("GET", rf"tracks/{_ID}", "track"),
    ("GET", rf"artists/{_ID}", "artist"),
    ("GET", r"search", "search"),
    ("GET", r"me/library/contains", "library"),
    ("DELETE", r"me/library", "library"),
)


class Gate(Protocol):
    """Decides whether a family of endpoints may be called now, and hears when Spotify says no."""

    def admit(self, family: str) -> None:
        """Count one request of `family`; raises RateLimited while it may not be sent."""

    def report_block(self, family: str, *, wait: timedelta | None, quota: bool) -> None:
        """Note a 429 on `family`; `wait` is None when Spotify named no usable one."""


class OpenGate:
    """Admits everything: for a single call outside of any schedule, such as the one at sign-in."""

    def admit(self, family: str) -> None:
        """Admit every request."""

    def report_block(self, family: str, *, wait: timedelta | None, quota: bool) -> None:
        """Forget the block: the error that is raised tells it as well."""


class Sender(spotipy.Spotify):  # type: ignore[misc,unused-ignore]  # it comes without types
    """spotipy's endpoint methods over our own way of sending: every failure is a SpotifyError.

    Nothing is retried and nothing sleeps. spotipy's own sending is never reached, nor are its
    log lines, which quote the token.
    """

    def __init__(self, access_token: str, *, api_url: str, gate: Gate) -> None:
        super().__init__(auth=access_token, requests_session=pooled_session())
        self.prefix = api_url.rstrip("/") + "/"
        self._gate = gate

    def __repr__(self) -> str:
        return f"Sender({self.prefix!r})"

    def call(self, method: str, path: str, *, body: object = None, **query: str) -> Any:
        """Send what spotipy has no right method for; `path` is below the base."""
        return self._internal_call(method, path, body, query)

    def _get_id(self, type: str, id: str) -> str:  # noqa: A002  # spotipy's names
        # spotipy's own would raise its own error, and take addresses apart.
        if not re.fullmatch(_ID, id):
            raise RejectedRequest(f"not the id of a {type}")
        return id

    def _internal_call(self, method: str, url: str, payload: Any, params: dict[str, Any]) -> Any:
        path, query = _taken_apart(url, prefix=self.prefix)
        family = family_of(method, path)
        request = _request(method, self.prefix + path, payload=payload, params=query | params)
        request.headers.update(self._auth_headers())
        self._gate.admit(family)
        try:
            return _answer(request, family=family)
        except RateLimited as refusal:
            quota = isinstance(refusal, QuotaExceeded)
            self._gate.report_block(family, wait=refusal.retry_after, quota=quota)
            raise


def family_of(method: str, path: str) -> str:
    """Return the family whose quota a call spends, for instance "saved_tracks".

    Raises RejectedRequest for an endpoint that a new Development Mode app does not have.
    """
    for known_method, pattern, family in _ENDPOINTS:
        if method == known_method and re.fullmatch(pattern, path):
            return family
    raise RejectedRequest(f"{method} /{path} is closed to this app")


def _taken_apart(url: str, *, prefix: str) -> tuple[str, dict[str, str]]:
    """Return the path below the base and the query; a paging link to anywhere else is refused."""
    is_link = url.startswith(("http://", "https://"))
    if is_link and not url.startswith(prefix):
        raise SpotifyUnavailable("a paging link leaves the API")
    path, _, query = url.removeprefix(prefix).partition("?")
    return path.rstrip("/"), dict(parse_qsl(query))


def _request(method: str, url: str, *, payload: Any, params: dict[str, Any]) -> requests.Request:
    query = dict(params)
    content_type = query.pop("content_type", None)
    body = payload if content_type else json.dumps(payload) if payload else None
    headers = {"Content-Type": content_type or "application/json"}
    return requests.Request(method, url, headers=headers, params=query, data=body)


def _answer(request: requests.Request, *, family: str) -> Any:
    try:
        reply = exchange(request, limits=Limits())
    except ExchangeFailed as failure:
        raise SpotifyUnavailable(f"{family}: {failure}") from failure
    raise_for(reply, family=family)
    return _decoded(reply, family=family)


def _decoded(reply: Reply, *, family: str) -> Any:
    if not reply.body.strip():
        return None
    try:
        return reply.json()
    except ValueError as error:
        raise SpotifyUnavailable(f"{family}: the answer is not JSON") from error
