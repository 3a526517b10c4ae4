import gzip
import ipaddress
import logging
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from spotify.exchange import (
    LONGEST_WAIT,
    Cut,
    ExchangeFailed,
    Limits,
    PooledSession,
    Reply,
    exchange,
    pooled_session,
)
from tests.spotify.upstream import Answer, Upstream, trickle

HEAD = b"HTTP/1.1 200 OK\r\n"
QUICK = Limits(connect_s=0.2, total_s=0.3, body_bytes=1000)


@pytest.fixture
def secure(tmp_path):
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(self_signed("127.0.0.1"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Upstream(context)
    session = PooledSession()
    session.verify = str(certificate)
    yield server, session
    session.adapters["https://"].close()
    server.stop()


def self_signed(address):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(place, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def ask(url, *, limits=QUICK):
    return exchange(requests.Request("GET", url), limits=limits)


def test_exchange_returns_the_whole_answer(upstream):
    upstream.answers(Answer(404, '{"a": 1}', {"X-Kind": "test"}))

    reply = ask(upstream.url)

    assert (reply.status, reply.headers["x-kind"], reply.json()) == (404, "test", {"a": 1})


def test_exchange_decompresses_gzip(upstream):
    upstream.answers(Answer(body=gzip.compress(b"words"), headers={"Content-Encoding": "gzip"}))

    assert ask(upstream.url).body == b"words"


def test_exchange_sends_no_cookie_back(upstream):
    upstream.answers(Answer(headers={"Set-Cookie": "who=alice"}), Answer())

    ask(upstream.url)
    ask(upstream.url)

    assert ["cookie" in asked.headers for asked in upstream.asked] == [False, False]


def test_exchange_follows_no_redirect(upstream):
    upstream.answers(Answer(302, headers={"Location": upstream.url + "/elsewhere"}), Answer())

    with pytest.raises(ExchangeFailed, match="redirected with status 302"):
        ask(upstream.url)

    assert upstream.lines() == [("GET", "/", {})]


def test_exchange_fails_at_the_cap_when_the_body_is_huge(upstream):
    upstream.answers(Answer(body=b"x" * 100_000))

    with pytest.raises(ExchangeFailed, match="body over 1000 bytes"):
        ask(upstream.url)


def test_exchange_fails_at_the_cap_when_gzip_hides_a_bomb(upstream):
    bomb = gzip.compress(b"0" * 50_000_000)
    upstream.answers(Answer(body=bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(ExchangeFailed, match="body over 1000 bytes"):
        ask(upstream.url, limits=Limits(body_bytes=1000))


def test_exchange_fails_when_gzip_is_broken(upstream):
    upstream.answers(Answer(body=b"not gzip", headers={"Content-Encoding": "gzip"}))

    with pytest.raises(ExchangeFailed, match="no answer"):
        ask(upstream.url)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        HEAD + b"X-Slow: ",
        HEAD + b"Content-Length: 900\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Connection: close\r\n\r\n",
    ],
    ids=["status line", "headers", "body", "chunk size", "body without length"],
)
def test_exchange_ends_at_the_deadline_when_bytes_trickle_into_the(upstream, head):
    upstream.answers(trickle(upstream, head=head))
    started = time.monotonic()

    with pytest.raises(ExchangeFailed, match="deadline passed"):
        ask(upstream.url)

    assert time.monotonic() - started < 2


def test_exchange_fails_at_the_read_timeout_when_nothing_comes(upstream):
    upstream.answers(Answer(wire=lambda _out: upstream.gone.wait(1)))

    with pytest.raises(ExchangeFailed, match=r"deadline passed|ReadTimeout"):
        ask(upstream.url)


@pytest.mark.parametrize("sent", [b"", HEAD + b"Content-Length: 900\r\n\r\nhalf"])
def test_exchange_fails_when_the_connection_is_cut(upstream, sent):
    upstream.answers(Answer(wire=lambda out: out.write(sent)))

    with pytest.raises(ExchangeFailed, match="no answer"):
        ask(upstream.url)


def test_exchange_fails_when_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    with pytest.raises(ExchangeFailed, match="no answer"):
        ask(f"http://127.0.0.1:{port}/?secret=abc")


def test_exchange_failure_names_no_address(upstream):
    upstream.answers(Answer(wire=lambda out: None))

    with pytest.raises(ExchangeFailed) as failure:
        ask(upstream.url + "/path?secret=abc")

    assert str(failure.value) == "no answer (ConnectionError)"


def test_exchange_sends_once_when_the_answer_is_an_error(upstream):
    upstream.answers(Answer(503, headers={"Retry-After": "3600"}))

    assert ask(upstream.url).status == 503
    assert upstream.lines() == [("GET", "/", {})]


def test_exchange_reuses_the_connection_after_the_session_was_closed(upstream):
    upstream.answers(Answer(), Answer())

    ask(upstream.url)
    pooled_session().close()
    ask(upstream.url)

    assert len({asked.client_port for asked in upstream.asked}) == 1


def test_exchange_works_over_tls(secure):
    upstream, session = secure
    upstream.answers(Answer(body="words"))

    reply = exchange(requests.Request("GET", upstream.url), limits=Limits(), session=session)

    assert reply.body == b"words"


def test_exchange_ends_at_the_deadline_when_bytes_trickle_over_tls(secure):
    upstream, session = secure
    upstream.answers(trickle(upstream, head=HEAD + b"Content-Length: 900\r\n\r\n"))
    limits = Limits(connect_s=5, total_s=0.5)
    started = time.monotonic()

    with pytest.raises(ExchangeFailed, match="deadline passed"):
        exchange(requests.Request("GET", upstream.url), limits=limits, session=session)

    assert time.monotonic() - started < 3


def test_socket_is_shut_at_once_when_it_opens_after_the_deadline():
    ours, theirs = socket.socketpair()
    cut = Cut()
    with ours, theirs:
        cut.fire()
        cut.watch(ours)

        assert theirs.recv(1) == b""


def test_pooled_session_sends_outside_of_an_exchange_too(upstream):
    upstream.answers(Answer(body="words"))

    assert pooled_session().get(upstream.url, timeout=1).text == "words"


def test_pooled_session_is_one_for_the_process():
    assert pooled_session() is pooled_session()


def test_pooled_session_ignores_the_environment(upstream, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login bob password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    upstream.answers(Answer())

    ask(upstream.url)

    assert "authorization" not in upstream.asked[0].headers


def test_reply_shows_no_body_when_printed():
    reply = Reply(status=200, headers={}, body=b"secret")

    assert repr(reply) == "Reply(status=200, headers={})"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"<html>"])
def test_reply_raises_value_error_when_the_body_is_not_json(body):
    with pytest.raises(ValueError):
        Reply(status=200, headers={}, body=body).json()


DATE = {"Date": "Mon, 23 Nov 2026 10:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "0"}, timedelta(0)),
        ({"Retry-After": " 5 "}, timedelta(seconds=5)),
        ({"Retry-After": "86207"}, timedelta(seconds=86_207)),
        ({"Retry-After": "999999999"}, LONGEST_WAIT),
        ({"Retry-After": "9" * 40}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "abc"}, None),
        ({"Retry-After": ""}, None),
        ({}, None),
        ({"Retry-After": "Mon, 23 Nov 2026 10:01:00 GMT"}, None),
        ({"Retry-After": "Mon, 23 Nov 2026 10:01:00 GMT", **DATE}, timedelta(minutes=1)),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 -0000", **DATE}, timedelta(0)),
        ({"Retry-After": "Sun, 23 Nov 2036 10:00:00 GMT", **DATE}, LONGEST_WAIT),
    ],
)
def test_reply_reads_the_wait_from_retry_after(headers, wait):
    assert Reply(status=429, headers=headers, body=b"").retry_after() == wait


def test_exchange_logs_neither_headers_nor_body(upstream, caplog):
    caplog.set_level(logging.DEBUG)
    upstream.answers(Answer(body="answer-secret"))
    request = requests.Request(
        "POST", upstream.url, data="body-secret", headers={"Authorization": "Bearer head-secret"}
    )

    exchange(request, limits=QUICK)

    assert "secret" not in caplog.text
