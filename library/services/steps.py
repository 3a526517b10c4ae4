"""What one step of a sync is: a list at Spotify, read page by page, each page stored by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from accounts.models import User
from spotify.client import SpotifyClient

P = TypeVar("P")

Cursor = dict[str, Any]
"""Where a step stands, as JSON; it is kept in the checkpoint of the sync."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What storing one page came to.

    `cursor` is where the next page starts, None when the step is over. `counts` are added to those
    of the step; `total` is how much there is, where Spotify says so. `then` names steps that this
    one found to be needed.
    """

    cursor: Cursor | None
    counts: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step(Generic[P]):
    """One list.

    `open` says where to begin, None when there is nothing to read. `fetch` sends one request and
    `store` writes its answer, in a transaction that holds the library; both may be repeated.
    """

    open: Callable[[User, datetime], Cursor | None]
    fetch: Callable[[SpotifyClient, Cursor], P]
    store: Callable[[User, P, Cursor, datetime], Turn]
