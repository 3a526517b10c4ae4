"""Clients that take their time keep nobody else waiting."""

import socket
from contextlib import ExitStack, suppress

import requests

SLOW = 12
HEADERS = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nname="


def send_slowly(client: socket.socket) -> None:
    """One more byte; a server that answered by now and hung up did not wait either."""
    with suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(b"x")


def test_slow_headers_and_slow_bodies_do_not_keep_others_waiting(install):
    installation = install(WEB_CONCURRENCY="2")
    installation.start("web")
    address = ("127.0.0.1", installation.port)
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(address)) for _ in range(2 * SLOW)]
        for number, client in enumerate(slow):
            client.sendall(HEADERS if number < SLOW else BODY)

        for _ in range(5):
            for client in slow:
                send_slowly(client)
            # None of the slow ones ever ends: whoever had to wait for them would wait in vain.
            assert requests.get(f"{installation.url}/healthz", timeout=20).status_code == 200
