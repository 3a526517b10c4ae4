"""One request and one answer, independent of sockets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from re import Pattern
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from sandbox.grants import Grant
    from sandbox.services import Services

Json = dict[str, Any]


class Refusal(Exception):
    """Ends the work on a request with a ready answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, body, type and further headers."""

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request as the endpoints see it; `path_ids` are the variable parts of the path, in order."""

    services: Services
    method: str
    target: str
    headers: Message
    body: bytes
    grant: Grant | None = None
    path_ids: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def base_url(self) -> str:
        """Scheme, host and port under which the client reached us."""
        return f"http://{self.headers.get('Host', '127.0.0.1')}"

    @property
    def query(self) -> dict[str, str]:
        """The query; where a name repeats, its values are joined by commas."""
        parsed = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: ",".join(values) for name, values in parsed.items()}

    @property
    def form(self) -> dict[str, str]:
        """The body as a form; the last of repeated names wins."""
        parsed = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in parsed.items()}

    @property
    def json(self) -> Json:
        """The body as a JSON object; {} where it is none."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def listener(self) -> str:
        """Whose access token it carries; "" without one."""
        return self.grant.listener if self.grant is not None else ""


Endpoint = Callable[[Call], Answer]


def _any_call(call: Call) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """Which requests an endpoint answers, and under which kind they are told to fail and are journalled."""

    method: str
    pattern: Pattern[str]
    kind: str
    endpoint: Endpoint
    applies: Callable[[Call], bool] = _any_call


def json_answer(content: object, status: int = 200, **headers: str) -> Answer:
    """JSON as Spotify sends it; header names are given with underscores."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def text_answer(text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Answer:
    """Plain text or HTML."""
    return Answer(status, text.encode(), content_type)


def empty_answer(status: int) -> Answer:
    """A status and nothing else."""
    return Answer(status)
