"""A record of every request, free of tokens, for tests to read afterwards."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import Any

_KEPT = 100_000
_LONGEST_BODY = 20_000
_SECRETS = frozenset({"code", "refresh_token", "access_token", "client_secret", "code_verifier"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    `user` is the listener whose token it carried, "" for none; `status` 0 means no answer was sent.
    `query` and `body` show `***` in place of secrets. `headers` are lower-case names only;
    `authorization` is the scheme, such as Bearer, or "".
    """

    at: str
    method: str
    path: str
    query: dict[str, str]
    kind: str
    user: str
    status: int
    body: Any
    headers: tuple[str, ...]
    authorization: str
    user_agent: str

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Request:
        """A request as it comes from a sandbox in another process."""
        return cls(**{**row, "headers": tuple(row["headers"])})


class Journal:
    """The last 100,000 requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque(maxlen=_KEPT)
        self._lock = Lock()

    def add(self, request: Request) -> None:
        """Note a request."""
        with self._lock:
            self._requests.append(request)

    def read(self) -> list[Request]:
        """All of them, oldest first."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._requests.clear()


def without_secrets(fields: dict[str, str]) -> dict[str, str]:
    """The same fields with the values of secrets struck out."""
    return {name: "***" if name in _SECRETS else value for name, value in fields.items()}


def readable_body(body: bytes, *, form: dict[str, str], content_type: str) -> Any:
    """What the journal keeps of a body: parsed JSON, a form without secrets, or the beginning of the text."""
    if not body:
        return None
    if "urlencoded" in content_type:
        return without_secrets(form)
    text = body.decode("utf-8", "replace")[:_LONGEST_BODY]
    try:
        return json.loads(text)
    except ValueError:
        return text
