"""Read what an answer of Spotify means: nothing for a success, otherwise the error to raise."""

import re
from typing import cast

from spotify.errors import (
    Forbidden,
    NotAllowListed,
    NotFound,
    QuotaExceeded,
    RateLimited,
    RejectedRequest,
    ScopeMissing,
    SpotifyError,
    SpotifyUnavailable,
    TokenExpired,
)
from spotify.exchange import Reply

_LONGEST_MESSAGE = 200
_SECRET = re.compile(r"[A-Za-z0-9_.~+/=-]{20,}")


def raise_for(reply: Reply, *, family: str) -> None:
    """Raise the SpotifyError that the answer stands for, if any.

    Only the status decides, except where Spotify tells cases apart by words alone: 403 and 429.
    """
    if 200 <= reply.status < 300:
        return
    raise _error_of(reply, family=family)


def error_message(reply: Reply) -> tuple[str, str]:
    """Return (message, reason) of an error body of any shape, harmless to log.

    Seen in the wild: an object, a bare string under `error`, plain text, HTML, nothing.
    """
    error = _error_member(reply)
    if isinstance(error, dict):
        fields = cast("dict[str, object]", error)
        return _harmless(fields.get("message")), _harmless(fields.get("reason"))
    return _harmless(error), ""


def _error_of(reply: Reply, *, family: str) -> SpotifyError:
    if reply.status == 429:
        return _limit_of(reply, family=family)
    if reply.status == 403:
        return _refusal_of(reply, family=family)
    message, _ = error_message(reply)
    told = f"{family}: status {reply.status} {message}".rstrip()
    return _class_of(reply.status)(told)


def _class_of(status: int) -> type[SpotifyError]:
    if status == 401:
        return TokenExpired
    if status in {404, 410}:
        return NotFound
    if 400 <= status < 500 and status != 408:
        return RejectedRequest
    return SpotifyUnavailable


def _limit_of(reply: Reply, *, family: str) -> RateLimited:
    _, reason = error_message(reply)
    kind = QuotaExceeded if reason == "QUOTA_EXCEEDED" else RateLimited
    return kind(reply.retry_after(), family)


def _refusal_of(reply: Reply, *, family: str) -> SpotifyError:
    message, _ = error_message(reply)
    words = message.lower()
    if "not registered" in words or "developer dashboard" in words:
        return NotAllowListed(f"{family}: {message}")
    if "insufficient client scope" in words:
        return ScopeMissing(f"{family}: {message}")
    return Forbidden(f"{family}: {message}")


def _error_member(reply: Reply) -> object:
    try:
        body = reply.json()
    except ValueError:
        return reply.text()
    if isinstance(body, dict):
        return cast("dict[str, object]", body).get("error", "")
    return body


def _harmless(text: object) -> str:
    if not isinstance(text, str):
        return ""
    # Nothing keeps a server from echoing the token it was sent.
    shown = _SECRET.sub("[long word]", " ".join(text.split()))
    return shown[:_LONGEST_MESSAGE]
