"""From a request to its answer: the route, the order to fail, the endpoint and the journal."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import RLock
from typing import Any

from sandbox import (
    consent,
    lrclib,
    musicbrainz,
    pictures,
    playlists,
    reading,
    reccobeats,
    removed,
    shelving,
    token_endpoint,
)
from sandbox.access import api_error
from sandbox.actions import ACTIONS, CHANGING_ACTIONS
from sandbox.clock import iso_milliseconds
from sandbox.exchange import Answer, Call, Json, Refusal, Route, json_answer
from sandbox.faults import Fault
from sandbox.journal import Request, readable_body, without_secrets
from sandbox.keeping import load_state, save_state
from sandbox.limits import RollingLimit
from sandbox.services import Services

_ROUTES: tuple[Route, ...] = (
    *consent.ROUTES,
    *token_endpoint.ROUTES,
    *reading.ROUTES,
    *playlists.ROUTES,
    *shelving.ROUTES,
    *removed.ROUTES,
    *reccobeats.ROUTES,
    *lrclib.ROUTES,
    *musicbrainz.ROUTES,
    *pictures.ROUTES,
)


_READING = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer and what is to go wrong while it is sent."""

    answer: Answer
    fault: Fault | None = None


class Dispatcher:
    """Answers one request at a time, so that the world needs no locks of its own."""

    def __init__(self, services: Services) -> None:
        self.services, self.lock = services, RLock()
        options = services.options
        if options.state is not None:
            load_state(services, options.state)
        self._spotify = RollingLimit(options.requests_per_30_s or 0, within=timedelta(seconds=30))
        self._musicbrainz = RollingLimit(1, within=timedelta(seconds=1))

    def respond(self, call: Call) -> Outcome:
        """The answer to a request; it is in the journal by then."""
        route = _find_route(call)
        kind = route.kind if route else "unknown"
        call.grant = self.services.grants.bearer(_bearer_token(call))
        fault = self.services.faults.take(kind, call.listener)
        with self.lock:
            answer = fault.answer() if fault and fault.replaces_answer else self._answer(call, route)
            if call.method not in _READING:
                self._save()
        self._note(call, kind, status=0 if fault and fault.lose_answer else answer.status)
        return Outcome(answer, fault)

    def act(self, action: str, arguments: Json) -> Any:
        """Carry out an action of tests; raises KeyError, TypeError, ValueError or ShelfError for nonsense."""
        with self.lock:
            result = ACTIONS[action](self.services, **arguments)
            if action in CHANGING_ACTIONS:
                self._save()
        return result

    def _save(self) -> None:
        """Keep what has changed, where a file for it was named."""
        if self.services.options.state is not None:
            save_state(self.services, self.services.options.state)

    def _answer(self, call: Call, route: Route | None) -> Answer:
        limited = self._limited(call)
        if limited is not None:
            return limited
        if route is None:
            return _no_such_service(call)
        try:
            return route.endpoint(call)
        except Refusal as refusal:
            return refusal.answer

    def _limited(self, call: Call) -> Answer | None:
        now, options = self.services.clock.now(), self.services.options
        if options.requests_per_30_s and call.path.startswith("/v1/"):
            wait = self._spotify.wait(now)
            if wait is not None:
                return api_error(
                    429, "API rate limit exceeded", Retry_After=str(math.ceil(wait.total_seconds()))
                )
        if (
            options.spaced_musicbrainz
            and call.path.startswith("/musicbrainz/")
            and self._musicbrainz.wait(now)
        ):
            return json_answer({"error": "Your requests are exceeding the allowable rate limit."}, 503)
        return None

    def _note(self, call: Call, kind: str, *, status: int) -> None:
        owns, query = self.services.grants.owns, without_secrets(call.query)
        request = Request(
            at=iso_milliseconds(self.services.clock.now()),
            method=call.method,
            path=call.path,
            query={name: "***" if owns(value) else value for name, value in query.items()},
            kind=kind,
            user=call.listener,
            status=status,
            body=readable_body(call.body, form=call.form, content_type=call.headers.get("Content-Type", "")),
            headers=tuple(sorted(name.lower() for name in call.headers)),
            authorization=call.headers.get("Authorization", "").partition(" ")[0],
            user_agent=call.headers.get("User-Agent", ""),
        )
        self.services.journal.add(request)


def _find_route(call: Call) -> Route | None:
    method = "GET" if call.method == "HEAD" else call.method
    for route in _ROUTES:
        match = route.pattern.fullmatch(call.path) if route.method == method else None
        if match and route.applies(call):
            call.path_ids = match.groups()
            return route
    return None


def _bearer_token(call: Call) -> str:
    scheme, _, token = call.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _no_such_service(call: Call) -> Answer:
    if call.path.startswith("/v1/"):
        return api_error(404, "Service not found")
    return replace(json_answer({"error": "Not Found"}), status=404)
