"""The HTTP server: sockets, keep-alive, and answers that arrive late, cut short or not at all."""

from __future__ import annotations

import socket
import sys
import time
from base64 import b64decode
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from sandbox.actions import ACTIONS
from sandbox.dispatch import Dispatcher
from sandbox.exchange import Answer, Call, json_answer
from sandbox.faults import Fault
from sandbox.listeners import LISTENERS
from sandbox.shelves import ShelfError

_CONTROL, _DOWNLOAD = "/_sandbox/", "/_sandbox/download/"
_IDLE_TIMEOUT_S = 60


class SandboxServer(ThreadingHTTPServer):
    """Serves one sandbox on one port."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], dispatcher: Dispatcher) -> None:
        super().__init__(address, SandboxHandler)
        self.dispatcher = dispatcher
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread of its own."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is done with."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Free the port and hang up on clients that keep their connections alive."""
        super().server_close()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are nothing to report; anything else is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class SandboxHandler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = _IDLE_TIMEOUT_S
    wbufsize = -1
    disable_nagle_algorithm = True
    server: ClassVar[SandboxServer]  # type: ignore[misc]

    def _serve(self) -> None:
        call = Call(self.server.dispatcher.services, self.command, self.path, self.headers, self._read_body())
        if call.path.startswith(_CONTROL):
            self._send(self._control(call))
            return
        time.sleep(call.services.options.latency_ms / 1_000)
        outcome = self.server.dispatcher.respond(call)
        self._send_faulty(outcome.answer, outcome.fault)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  names the base class calls

    def _read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _control(self, call: Call) -> Answer:
        if call.path.startswith(_DOWNLOAD):
            return self._download(call)
        action = call.path.removeprefix(_CONTROL)
        if action not in ACTIONS or call.method != "POST":
            return json_answer({"error": "No such action"}, 404)
        try:
            return json_answer({"result": self.server.dispatcher.act(action, call.json)})
        except (KeyError, TypeError, ValueError, ShelfError) as error:
            return json_answer({"error": repr(error)}, 400)

    def _download(self, call: Call) -> Answer:
        listener = call.path.removeprefix(_DOWNLOAD).removesuffix(".zip")
        if listener not in LISTENERS:
            return json_answer({"error": "No such listener"}, 404)
        kind = call.query.get("kind", "extended")
        archive = self.server.dispatcher.act("privacy_download", {"listener": listener, "kind": kind})
        headers = {"Content-Disposition": 'attachment; filename="my_spotify_data.zip"'}
        return Answer(200, b64decode(archive), "application/zip", headers)

    def _send_faulty(self, answer: Answer, fault: Fault | None) -> None:
        if fault is None:
            self._send(answer)
            return
        time.sleep(fault.delay_s)
        if fault.lose_answer:
            self.close_connection = True
        elif fault.truncate:
            self._send(answer, answer.body[: len(answer.body) // 2])
        elif fault.cut_after is not None:
            self._send(answer, answer.body[: fault.cut_after], announced=len(answer.body))
            self.close_connection = True
        else:
            self._send(answer)

    def _send(self, answer: Answer, body: bytes | None = None, *, announced: int | None = None) -> None:
        sent = answer.body if body is None else body
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.body:
            self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(sent) if announced is None else announced))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(sent)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """The journal is the log."""
