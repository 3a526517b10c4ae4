"""Ask a source one question over HTTP and sort its answer into usable, retry or blocked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import requests

from moods.sources.types import Blocked, Retry
from spotify.exchange import ExchangeFailed, Limits, Reply, exchange
from spotify.fields import Fields, Unreadable, fields_of

REFUSED_WAIT = timedelta(hours=24)
"""How long to leave a source alone that refuses this client."""

UNEXPECTED_WAIT = timedelta(days=1)
"""How long to wait after a status that asking again soon cannot change."""

Pace = Callable[[], None]
"""Called before each request: the caller spaces requests there, and may raise to call it off."""


def at_once() -> None:
    """Let a request go without waiting."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a source lives, how it is asked and how long it may take.

    `user_agent` names the product and a contact; sources refuse anonymous clients.
    """

    base_url: str
    user_agent: str
    limits: Limits
    longest_wait: timedelta
    pace: Pace

    def ask(self, path: str, params: Mapping[str, str]) -> Fields | Retry | Blocked | None:
        """Return the answer's JSON object, or None when the source says 404."""
        reply = self._reply(path, params)
        if isinstance(reply, Retry):
            return reply
        if reply.status == 404:
            return None
        if reply.status != 200:
            return self._verdict(reply)
        return _object(reply)

    def _reply(self, path: str, params: Mapping[str, str]) -> Reply | Retry:
        request = requests.Request(
            "GET",
            f"{self.base_url.rstrip('/')}/{path}",
            params=dict(params),
            headers={"User-Agent": self.user_agent, "Accept": "application/json"},
        )
        self.pace()
        try:
            return exchange(request, limits=self.limits)
        except ExchangeFailed as failure:
            return Retry(after=None, reason=str(failure))

    def _verdict(self, reply: Reply) -> Retry | Blocked:
        reason = f"status {reply.status}"
        if reply.status == 403:
            return Blocked(wait=REFUSED_WAIT, reason=reason)
        if reply.status in {408, 429} or reply.status >= 500:
            stated = reply.retry_after()
            after = None if stated is None else min(stated, self.longest_wait)
            return Retry(after=after, reason=reason, status=reply.status)
        return Retry(after=UNEXPECTED_WAIT, reason=reason, status=reply.status)


def _object(reply: Reply) -> Fields | Retry:
    try:
        return fields_of(reply.json())
    except (ValueError, Unreadable):
        return Retry(after=None, reason="the answer is not a JSON object")
