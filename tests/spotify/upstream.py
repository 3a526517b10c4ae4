"""A real HTTP server on loopback that answers what a test tells it to, and remembers what it was asked."""

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer; `body` is bytes, text, or anything that becomes JSON. `wire` writes it all by hand."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wire: Callable[[BinaryIO], None] | None = None

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    client_port: int

    def line(self) -> tuple[str, str, dict[str, str]]:
        return self.method, self.path, self.query

    def json(self) -> Any:
        return json.loads(self.body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what these tests are about."""


class Upstream:
    """The server; each request takes the next of the answers it was given."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.gone = threading.Event()
        self._answers: deque[Answer] = deque()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def answers(self, *answers: Answer) -> None:
        self._answers.extend(answers)

    def answers_json(self, *bodies: Any, status: int = 200) -> None:
        self.answers(*(Answer(status=status, body=body) for body in bodies))

    def lines(self) -> list[tuple[str, str, dict[str, str]]]:
        return [asked.line() for asked in self.asked]

    def forget(self) -> None:
        """Begin anew for the next test, ending what still trickles."""
        self.gone.set()
        self.gone = threading.Event()
        self.asked = []
        self._answers.clear()

    def next_answer(self) -> Answer:
        return self._answers.popleft() if self._answers else Answer(599, "no answer was given")

    def stop(self) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            address = urlsplit(self.path)
            upstream.asked.append(
                Asked(
                    method=self.command,
                    path=address.path,
                    query={name: values[0] for name, values in parse_qs(address.query).items()},
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
                    client_port=self.client_address[1],
                )
            )
            self._write(upstream.next_answer())

        def _write(self, answer: Answer) -> None:
            if answer.wire is not None:
                self.close_connection = True
                answer.wire(self.wfile)
                return
            body = answer.encoded()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        def date_time_string(self, timestamp: float | None = None) -> str:
            return "Mon, 23 Nov 2026 10:00:00 GMT"

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


def trickle(upstream: Upstream, *, head: bytes = b"") -> Answer:
    """An answer of one byte every 20 ms that ends only with the client or the server."""

    gone = upstream.gone

    def write(out: BinaryIO) -> None:
        try:
            out.write(head)
            while not gone.wait(0.02):
                out.write(b"a")
                out.flush()
        except OSError:
            return

    return Answer(wire=write)
