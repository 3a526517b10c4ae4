"""A sandbox in this process, and a remote control for one in another."""

from __future__ import annotations

import json
from datetime import datetime
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from sandbox.clock import parse_moment
from sandbox.controls import Controls
from sandbox.dispatch import Dispatcher
from sandbox.server import SandboxServer
from sandbox.services import Options, build_services

_CONTROL_TIMEOUT_S = 60
_POLL_S = 0.01


class Sandbox(Controls):
    """The outside world on a port of its own; `options` are the further fields of `Options`.

    >>> with Sandbox(seed=7, now="2026-11-01T12:00:00Z") as sandbox:
    ...     tokens = sandbox.grant("noor")
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        now: datetime | str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        **options: Any,
    ) -> None:
        moment = parse_moment(now) if isinstance(now, str) else now
        self._dispatcher = Dispatcher(build_services(Options(seed=seed, now=moment, **options)))
        self._server = SandboxServer((host, port), self._dispatcher)
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": _POLL_S}, daemon=True
        )
        self.url = f"http://{host}:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def serve(self) -> None:
        """Answer in this thread until interrupted."""
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _call(self, action: str, **arguments: Any) -> Any:
        return self._dispatcher.act(action, arguments)


class Remote(Controls):
    """The same controls for the sandbox at a URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._opener = build_opener(ProxyHandler({}))

    def _call(self, action: str, **arguments: Any) -> Any:
        body, headers = json.dumps(arguments).encode(), {"Content-Type": "application/json"}
        request = Request(f"{self.url}/_sandbox/{action}", body, headers, method="POST")  # noqa: S310
        try:
            with self._opener.open(request, timeout=_CONTROL_TIMEOUT_S) as answer:
                return json.load(answer)["result"]
        except HTTPError as error:
            with error:
                raise ValueError(f"{action}: {error.read().decode()}") from error
