"""Failures on order: what the next requests of a kind shall meet instead of, or after, their answer."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

from sandbox.access import api_error
from sandbox.exchange import Answer

_DEFAULT_MESSAGES = {429: "Too many requests", 403: "Forbidden", 404: "Resource not found"}


@dataclass(slots=True)
class Fault:
    """One order; `times` None is for good. See `Controls.fail` for the meaning of each option."""

    kind: str
    times: int | None = 1
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut_after: int | None = None
    retry_after: str | None = None
    quota: bool = False
    lose_answer: bool = False
    truncate: bool = False
    user: str | None = None

    def meets(self, kind: str, user: str) -> bool:
        """Whether it is meant for this request."""
        return fnmatchcase(kind, self.kind) and self.user in (None, user) and self.times != 0

    @property
    def replaces_answer(self) -> bool:
        """Whether the request is refused before it has any effect."""
        return self.status is not None or self.body is not None or self.retry_after is not None or self.quota

    def answer(self) -> Answer:
        """The answer sent instead."""
        status = self.status or (429 if self.quota or self.retry_after is not None else 200)
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = self.retry_after
        if self.body is None:
            plain = api_error(
                status,
                _DEFAULT_MESSAGES.get(status, "Server error"),
                reason="QUOTA_EXCEEDED" if self.quota else None,
            )
            return Answer(status, plain.body, plain.content_type, headers)
        body, content_type = _encoded(self.body)
        return Answer(status, body, headers.pop("Content-Type", content_type), headers)


class Faults:
    """The orders that are still open, served first come first."""

    def __init__(self) -> None:
        self._open: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Take an order."""
        with self._lock:
            self._open.append(fault)

    def clear(self) -> None:
        """Drop all orders."""
        with self._lock:
            self._open.clear()

    def take(self, kind: str, user: str) -> Fault | None:
        """The fault this request meets, counted off; None for an ordinary answer."""
        with self._lock:
            for fault in self._open:
                if fault.meets(kind, user):
                    self._count_off(fault)
                    return fault
        return None

    def _count_off(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._open.remove(fault)


def _encoded(body: Any) -> tuple[bytes, str]:
    if isinstance(body, dict) and set(body) == {"base64"}:
        return b64decode(body["base64"]), "application/octet-stream"
    if isinstance(body, str):
        return body.encode(), "text/html; charset=utf-8" if body.lstrip().startswith(
            "<"
        ) else "text/plain; charset=utf-8"
    return json.dumps(body).encode(), "application/json; charset=utf-8"
