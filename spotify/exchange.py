"""One HTTP exchange: a total deadline, a capped body, no redirect followed, nothing repeated."""

import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

LONGEST_WAIT = timedelta(days=7)
"""A longer Retry-After is cut to this: the longest ever reported for Spotify is one day."""

_CHUNK_BYTES = 16 * 1024


class ExchangeFailed(Exception):
    """No usable answer came back; the request may or may not have had its effect."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost; the body is counted after decompression."""

    connect_s: float = 5.0
    total_s: float = 15.0
    body_bytes: int = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer; header names are case-insensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> object:
        """Return the decoded body; raises ValueError when it is not JSON in UTF-8."""
        try:
            return cast("object", json.loads(self.body))
        except RecursionError as error:
            raise ValueError("JSON is nested too deeply") from error

    def text(self) -> str:
        """Return the body as text, undecodable bytes replaced."""
        return self.body.decode("utf-8", "replace")

    def retry_after(self) -> timedelta | None:
        """Return the wait the answer asks for, at most LONGEST_WAIT, or None when it names none.

        Seconds and HTTP dates are understood; a date counts from the answer's own Date header, so
        that a wrong clock on either side does no harm.
        """
        stated = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", stated):
            return min(timedelta(seconds=int(stated)), LONGEST_WAIT)
        until = _http_date(stated)
        sent_at = _http_date(self.headers.get("Date", ""))
        if until is None or sent_at is None:
            return None
        return min(max(until - sent_at, timedelta(0)), LONGEST_WAIT)


class Cut:
    """Shuts the socket of one exchange at its deadline, so that no trickle of bytes can hold it."""

    def __init__(self) -> None:
        self.fired = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def watch(self, connected: socket.socket) -> None:
        """Shut this socket at the deadline, or now if that has passed."""
        with self._lock:
            self._socket = connected
            if self.fired:
                self._shut()

    def fire(self) -> None:
        """Let the deadline pass."""
        with self._lock:
            self.fired = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is None:
            return
        # The plain shutdown: the TLS one would pull its state from under the reading thread.
        with suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


_running_cut: ContextVar[Cut | None] = ContextVar("running_cut", default=None)


def _watch(connected: socket.socket | None) -> None:
    cut = _running_cut.get()
    if cut is not None and connected is not None:
        cut.watch(connected)


class _WatchedHTTPConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        _watch(self.sock)
        return super().getresponse()


class _WatchedHTTPSConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3 itself
        _watch(self.sock)
        return super().getresponse()


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


class _WatchedAdapter(HTTPAdapter):
    """Pools connections; never retries, because urllib3 would sleep through a Retry-After."""

    def __init__(self) -> None:
        super().__init__(max_retries=Retry(0, read=False))

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _WatchedHTTPPool,
            "https": _WatchedHTTPSPool,
        }


class PooledSession(requests.Session):
    """A session shared by all threads of a process: it keeps no cookies and cannot be closed.

    spotipy closes the session of a client that goes out of scope, which would empty the pool.
    """

    def __init__(self) -> None:
        super().__init__()
        # A .netrc entry for the host would replace the Authorization header.
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["Accept-Encoding"] = "gzip"
        self.headers["Accept"] = "application/json"
        self.mount("http://", _WatchedAdapter())
        self.mount("https://", _WatchedAdapter())

    def close(self) -> None:
        """Do nothing: the pool outlives every client."""


@cache
def pooled_session() -> PooledSession:
    """Return the one session of this process, made at its first request."""
    return PooledSession()


def exchange(request: requests.Request, *, limits: Limits, session: requests.Session | None = None) -> Reply:
    """Send one request and return its complete answer, whatever its status below 300 or from 400.

    Raises ExchangeFailed when the network fails, `limits` are passed or the answer is a redirect.
    """
    chosen = session or pooled_session()
    prepared = chosen.prepare_request(request)
    with _cut_after(limits.total_s) as cut:
        try:
            reply = _send(prepared, session=chosen, limits=limits)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise ExchangeFailed(_told(error, cut=cut)) from error
        if cut.fired:
            raise ExchangeFailed("deadline passed")
    if 300 <= reply.status < 400:
        raise ExchangeFailed(f"redirected with status {reply.status}")
    return reply


@contextmanager
def _cut_after(seconds: float) -> Iterator[Cut]:
    cut = Cut()
    timer = threading.Timer(seconds, cut.fire)
    timer.daemon = True
    token = _running_cut.set(cut)
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()
        _running_cut.reset(token)


def _send(prepared: requests.PreparedRequest, *, session: requests.Session, limits: Limits) -> Reply:
    # requests hands urllib3's own Timeout through; its stubs only know the numbers.
    timeout = cast("Any", Timeout(connect=limits.connect_s, total=limits.total_s))
    with session.send(prepared, stream=True, allow_redirects=False, timeout=timeout) as response:
        body = _read(response, cap_bytes=limits.body_bytes)
        return Reply(status=response.status_code, headers=response.headers, body=body)


def _read(response: requests.Response, *, cap_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK_BYTES):
        parts.append(part)
        size += len(part)
        if size > cap_bytes:
            raise ExchangeFailed(f"body over {cap_bytes} bytes")
    return b"".join(parts)


def _told(error: Exception, *, cut: Cut) -> str:
    """Name the failure without its text, which may quote an address with its query."""
    return "deadline passed" if cut.fired else f"no answer ({type(error).__name__})"


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
