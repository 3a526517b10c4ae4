"""Where a webhook may be sent to, and sending it: signed, to an address that was checked, never further."""

import hmac
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import certifi

LONGEST_URL = 500
CONNECT_S, WHOLE_S = 5.0, 10.0
UNANSWERED = (OSError, HTTPException)
"""All that sending can raise."""
_TRANSLATED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
"""IPv6 addresses that stand for IPv4 ones, private ones too."""

Resolve = Callable[[str, int], list[str]]
"""All addresses that a host name stands for."""


class AddressRefused(ValueError):
    """The URL may not be called; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: where to connect to and what to ask for there."""

    is_tls: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as the request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def parse_target(url: str, *, to_loopback: bool) -> Target:
    """Take a URL apart. Raises AddressRefused for everything but plain https.

    `to_loopback` allows http too, for a demo on one's own machine.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressRefused("This is no address of a web server.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is no address of a web server.") from error
    if parts.scheme != "https" and not (to_loopback and parts.scheme == "http"):
        raise AddressRefused("The address must begin with https://.")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("The address must name a host, and no user and no fragment.")
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls, parts.hostname, port or (443 if is_tls else 80), path)


def checked_address(target: Target, *, to_loopback: bool, resolve: Resolve | None = None) -> str:
    """An IP address of the host that may be called. Raises AddressRefused when any of them may not.

    One bad address among good ones is refused as well: the next answer may put it first.
    """
    found = (resolve or resolved)(target.host, target.port)
    if not found:
        raise AddressRefused("There is no such host.")
    for address in found:
        if not _is_allowed(ipaddress.ip_address(address.partition("%")[0]), to_loopback=to_loopback):
            raise AddressRefused("This address is not on the public internet.")
    return found[0]


def resolved(host: str, port: int) -> list[str]:
    """Every address of `host`; none where there is no such host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def signature(secret: str, *, delivery_id: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256, in hexadecimal, of id, timestamp and body with dots between them."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, sha256).hexdigest()


def post(target: Target, address: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Send `body` to the checked `address` and nowhere else; the status that came back.

    Redirects are not followed and nothing of the answer's body is read. However slowly bytes come, it
    is over after ten seconds. Raises one of UNANSWERED when there was no answer.
    """
    sock = socket.create_connection((address, target.port), timeout=CONNECT_S)
    deadline = threading.Timer(WHOLE_S, _cut, [sock])
    deadline.start()
    try:
        return _exchange(target, _encrypted(sock, target), body=body, headers=headers)
    finally:
        deadline.cancel()
        sock.close()


def _encrypted(sock: socket.socket, target: Target) -> socket.socket:
    if not target.is_tls:
        return sock
    # The certificate must be that of the name, though we connect to the address.
    return ssl.create_default_context(cafile=certifi.where()).wrap_socket(sock, server_hostname=target.host)


def _exchange(target: Target, sock: socket.socket, *, body: bytes, headers: Mapping[str, str]) -> int:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = sock
    sent = {**headers, "Host": target.host_header, "Content-Type": "application/json"}
    try:
        connection.request("POST", target.path, body=body, headers=sent)
        return connection.getresponse().status
    finally:
        connection.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _is_allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, to_loopback: bool) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_allowed(address.ipv4_mapped, to_loopback=to_loopback)
        if any(address in net for net in _TRANSLATED):
            return False
    if address.is_loopback:
        return to_loopback
    return address.is_global and not address.is_multicast
