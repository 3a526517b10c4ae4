"""Web API endpoints that a new Development Mode app no longer gets: a bare 403 without any hint."""

from __future__ import annotations

import re

from sandbox.access import api_error, authorized
from sandbox.exchange import Answer, Call, Route

_READS = (
    "/(?:tracks|artists|albums|shows|episodes|audiobooks|chapters)",
    "/audio-features(?:/[^/]+)?",
    "/audio-analysis/[^/]+",
    "/recommendations(?:/available-genre-seeds)?",
    "/artists/[^/]+/(?:top-tracks|related-artists)",
    "/browse/(?:new-releases|featured-playlists|categories(?:/[^/]+(?:/playlists)?)?)",
    "/markets",
    "/users/[^/]+",
    "/me/(?:tracks|albums|shows|episodes|audiobooks|following)/contains",
    "/playlists/[^/]+/followers/contains",
)
_ANY_METHOD = ("/playlists/[^/]+/tracks", "/users/[^/]+/playlists", "/playlists/[^/]+/followers")
_WRITES = "/me/(?:tracks|albums|shows|episodes|audiobooks|following)"


def forbidden(call: Call) -> Answer:
    """403 Forbidden and nothing more."""
    return api_error(403, "Forbidden")


def _route(method: str, path: str) -> Route:
    return Route(method, re.compile(f"/v1{path}"), "removed", authorized(forbidden))


ROUTES = (
    *(_route("GET", path) for path in (*_READS, *_ANY_METHOD)),
    *(_route(method, path) for method in ("POST", "PUT", "DELETE") for path in _ANY_METHOD),
    *(_route(method, _WRITES) for method in ("PUT", "DELETE")),
)
