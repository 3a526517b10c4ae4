"""Webhooks: where they may go, what they carry, and what happens when nobody answers."""

import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.models import Webhook, WebhookDelivery
from accounts.services import ask_to_reconnect
from accounts.services.hooks import (
    GIVE_UP_AFTER,
    MOST_WEBHOOKS,
    Event,
    WebhookRefused,
    announce,
    deliver,
    forget_deliveries,
    make_webhook,
)
from accounts.tasks import start_due_deliveries
from accounts.webhooks import AddressRefused, checked_address, parse_target, post
from jobs.models import Job
from jobs.running import run_claimed
from tests.accounts.conftest import connected
from tests.library.importing.builders import imported

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


class Listening:
    """A server on this machine that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def listening(settings) -> Iterator[Listening]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    server = Listening()
    yield server
    server.stop()


@pytest.fixture
def hook(alice, listening) -> tuple[Webhook, str]:
    return make_webhook(alice, url=listening.url, events=Event.values, now=NOW)


def waiting() -> WebhookDelivery:
    return WebhookDelivery.objects.select_related("webhook").get()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2001:db8::1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1%lo"),
    ],
)
def test_address_inside_is_refused(address):
    target = parse_target("https://hook.example.org/", to_loopback=False)

    with pytest.raises(AddressRefused):
        checked_address(target, to_loopback=False, resolve=lambda host, port: [address])


def test_one_address_inside_among_others_is_refused():
    target = parse_target("https://hook.example.org/", to_loopback=False)

    with pytest.raises(AddressRefused):
        checked_address(target, to_loopback=False, resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_address_is_taken(address):
    target = parse_target("https://hook.example.org/", to_loopback=False)

    assert checked_address(target, to_loopback=False, resolve=lambda host, port: [address]) == address


@pytest.mark.parametrize(
    "url",
    [
        *("http://hook.example.org/", "ftp://hook.example.org/", "//hook.example.org/", "hook.example.org"),
        *("https:///path", "https://user@hook.example.org/", "https://user:word@hook.example.org/"),
        *("https://hook.example.org/#part", "https://hook.example.org:99999/", "https://hook.example.org/ x"),
        *("https://hook.example.org/\r\nHost: x", "https://hök.example.org/", "https://[::1", "javascript:x"),
        *("https://hook.example.org/" + "a" * 500, ""),
    ],
)
def test_url_that_is_none_of_a_public_server_is_refused(url):
    with pytest.raises(AddressRefused):
        parse_target(url, to_loopback=False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hook.example.org", (True, "hook.example.org", 443, "/", "hook.example.org")),
        (
            "https://hook.example.org:8443/a?b=c",
            (True, "hook.example.org", 8443, "/a?b=c", "hook.example.org:8443"),
        ),
        ("https://[2606:2800::1]/a", (True, "2606:2800::1", 443, "/a", "[2606:2800::1]")),
    ],
)
def test_url_is_taken_apart(url, expected):
    target = parse_target(url, to_loopback=False)

    assert (target.is_tls, target.host, target.port, target.path, target.host_header) == expected


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://127.0.0.1/", "https://localhost/"])
def test_loopback_is_refused_unless_it_is_a_demo(alice, settings, url):
    settings.WEBHOOKS_TO_LOOPBACK = False

    with pytest.raises(WebhookRefused):
        make_webhook(alice, url=url, events=["import.finished"], now=NOW)


def test_host_that_is_not_there_is_refused(alice, monkeypatch):
    def nowhere(*args, **kwargs):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)

    with pytest.raises(WebhookRefused, match="no such host"):
        make_webhook(alice, url="https://hook.example.org/", events=["import.finished"], now=NOW)


def test_host_that_moves_inside_later_is_not_called(alice, listening, settings, monkeypatch):
    def answer(address):
        return lambda *args, **kwargs: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", answer("93.184.216.34"))
    settings.WEBHOOKS_TO_LOOPBACK = False
    make_webhook(alice, url="https://hook.example.org/", events=["import.finished"], now=NOW)
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)
    monkeypatch.setattr(socket, "getaddrinfo", answer("127.0.0.1"))

    assert deliver(waiting(), now=NOW) == "waiting"
    assert (waiting().problem, listening.heard) == ("This address is not on the public internet.", [])


@pytest.mark.parametrize("events", [[], ["song.played"], ["import.finished", "x"]])
def test_event_that_is_none_is_refused(alice, listening, events):
    with pytest.raises(WebhookRefused):
        make_webhook(alice, url=listening.url, events=events, now=NOW)


def test_one_webhook_too_many_is_refused(alice, listening):
    for _ in range(MOST_WEBHOOKS):
        make_webhook(alice, url=listening.url, events=["import.finished"], now=NOW)

    with pytest.raises(WebhookRefused, match="too many"):
        make_webhook(alice, url=listening.url, events=["import.finished"], now=NOW)


def test_what_happened_is_told_once_and_signed(alice, hook, listening):
    _, secret = hook
    announce(alice, Event.IMPORT_FINISHED, {"import": 7}, now=NOW)
    delivery = waiting()

    assert deliver(delivery, now=NOW) == "done"

    ((path, headers, body),) = listening.heard
    assert path == "/hook?x=1"
    assert json.loads(body) == {
        "id": str(delivery.pk),
        "event": "import.finished",
        "at": "2026-05-01T12:00:00+00:00",
        "data": {"import": 7},
    }
    timestamp = str(int(NOW.timestamp()))
    signed = f"{delivery.pk}.{timestamp}.".encode() + body
    assert headers["Webhook-Id"] == str(delivery.pk)
    assert headers["Webhook-Timestamp"] == timestamp
    assert headers["Webhook-Signature"] == "v1=" + hmac.new(secret.encode(), signed, sha256).hexdigest()
    assert headers["Host"] == f"127.0.0.1:{listening.server.server_port}"


def test_secret_is_encrypted_and_shown_once(hook):
    kept, secret = hook
    stored = Webhook.objects.filter(pk=kept.pk).extra(select={"raw": "secret"}).values("raw").get()["raw"]

    assert secret not in stored
    assert (str(Webhook.objects.get().secret), repr(Webhook.objects.get().secret)) == (secret, "Secret(...)")


def test_only_what_was_asked_for_is_told(alice, bob, listening):
    make_webhook(alice, url=listening.url, events=["playlist.refreshed"], now=NOW)
    make_webhook(bob, url=listening.url, events=Event.values, now=NOW)

    assert announce(alice, Event.IMPORT_FINISHED, {}, now=NOW) == 0


@pytest.mark.parametrize("status", [301, 302, 400, 404, 500, 503])
def test_refusal_is_tried_again_later_and_a_redirect_is_not_followed(alice, hook, listening, status):
    listening.status, listening.headers = status, {"Location": listening.url}
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    assert deliver(waiting(), now=NOW) == "waiting"

    delivery = waiting()
    assert (len(listening.heard), delivery.status_code, delivery.attempts) == (1, status, 1)
    assert delivery.due_at == NOW + timedelta(seconds=30)


def test_tries_come_further_and_further_apart_and_end(alice, hook, listening):
    listening.status = 500
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    waits, states = [], []
    for _ in range(8):
        before = waiting()
        states.append(deliver(before, now=before.due_at))
        waits.append((waiting().due_at - before.due_at).total_seconds())

    assert waits == [30, 120, 480, 1920, 7680, 30720, 43200, 0]
    assert states == ["waiting"] * 7 + ["failed"]
    assert (len(listening.heard), Webhook.objects.get().failures) == (8, 1)


def test_server_that_is_gone_is_not_called_again(alice, hook, listening):
    listening.status = 410
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    assert deliver(waiting(), now=NOW) == "failed"
    assert not Webhook.objects.get().is_active
    assert announce(alice, Event.IMPORT_FINISHED, {}, now=NOW) == 0


def test_server_that_never_answers_is_switched_off(alice, hook, listening):
    Webhook.objects.update(failures=GIVE_UP_AFTER - 1)
    listening.status = 500
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)
    WebhookDelivery.objects.update(attempts=7)

    deliver(waiting(), now=NOW)

    assert not Webhook.objects.get().is_active


def test_nothing_is_sent_that_no_secret_can_sign(alice, hook, listening, settings):
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    assert deliver(waiting(), now=NOW) == "waiting"
    assert (waiting().problem, listening.heard) == ("no key opens its secret", [])


def test_answer_forgives_earlier_failures(alice, hook):
    Webhook.objects.update(failures=5)
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    deliver(waiting(), now=NOW)

    assert Webhook.objects.get().failures == 0


def test_server_that_hangs_up_is_a_failure_and_not_an_error(alice, hook, listening):
    listening.stop()
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    assert deliver(waiting(), now=NOW) == "waiting"
    assert waiting().problem == "ConnectionRefusedError"
    listening.server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    listening.thread = threading.Thread(target=listening.server.serve_forever)
    listening.thread.start()


def test_trickle_of_bytes_holds_no_worker(monkeypatch):
    monkeypatch.setattr("accounts.webhooks.WHOLE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = parse_target(f"http://127.0.0.1:{silent.getsockname()[1]}/", to_loopback=True)

        with pytest.raises((OSError, ConnectionError)):
            post(target, "127.0.0.1", body=b"{}", headers={})


def own_certificate(path, name: str) -> ssl.SSLContext:
    """A server's side of TLS with a certificate for `name` that signs itself; it is left at `path`."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (path / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (path / "both.pem").write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path / "both.pem")
    return context


@pytest.mark.parametrize(
    ("trusted", "host", "outcome"),
    [(True, "hook.example.org", 200), (True, "other.example.org", None), (False, "hook.example.org", None)],
)
def test_certificate_must_be_good_and_that_of_the_name(
    listening, tmp_path, monkeypatch, trusted, host, outcome
):
    context = own_certificate(tmp_path, "hook.example.org")
    listening.server.socket = context.wrap_socket(listening.server.socket, server_side=True)
    if trusted:
        monkeypatch.setattr("certifi.where", lambda: str(tmp_path / "certificate.pem"))
    target = parse_target(f"https://{host}:{listening.server.server_port}/", to_loopback=False)

    if outcome:
        assert post(target, "127.0.0.1", body=b"{}", headers={}) == outcome
        return
    with pytest.raises(ssl.SSLCertVerificationError):
        post(target, "127.0.0.1", body=b"{}", headers={})


def test_tick_starts_what_is_due_and_a_job_sends_it_once(alice, hook, listening):
    announce(alice, Event.IMPORT_FINISHED, {}, now=datetime.now(UTC))

    assert start_due_deliveries(datetime.now(UTC)) == 1
    job = Job.objects.get()
    run_claimed(job.pk)

    assert run_claimed(job.pk) == "skipped"
    assert (len(listening.heard), waiting().state) == (1, "done")
    assert start_due_deliveries(datetime.now(UTC)) == 0


def test_deliveries_are_forgotten_after_a_month(alice, hook):
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)
    deliver(waiting(), now=NOW)

    assert [forget_deliveries(NOW + timedelta(days=days)) for days in (29, 31)] == [0, 1]


def test_ended_import_is_told(alice, hook):
    imported(alice, [], "Streaming_History_Audio_2026_0.json")
    WebhookDelivery.objects.all().delete()
    row = {
        "ts": "2026-05-01T12:00:00Z",
        "ms_played": 200_000,
        "master_metadata_track_name": "a",
        "master_metadata_album_artist_name": "b",
        "spotify_track_uri": None,
    }

    done = imported(alice, [row])

    told = WebhookDelivery.objects.get()
    assert (told.event, told.payload) == (
        "import.finished",
        {"import": done.pk, "state": "done", "rows": 1, "added": 1},
    )


def test_need_to_reconnect_is_told_once(alice, hook, sandbox):
    connected(alice, sandbox)

    assert [ask_to_reconnect(alice, now=NOW) for _ in range(2)] == [True, False]
    assert [(told.event, told.payload) for told in WebhookDelivery.objects.all()] == [
        ("connection.reconnect_needed", {"why": "asked"})
    ]


def test_settings_page_makes_shows_and_deletes_a_webhook(client, alice, bob, listening):
    client.force_login(alice)
    made = client.post("/settings/webhooks/", {"url": listening.url, "events": ["import.finished"]})
    hook = Webhook.objects.get()

    shown = made.content.decode()
    assert str(hook.secret) in shown
    assert 'action="/settings/webhooks/#webhooks"' in shown
    assert '<p class="quiet small">an import ended</p>' in shown
    assert str(hook.secret) not in client.get("/settings/").content.decode()
    client.force_login(bob)
    assert client.post(f"/settings/webhooks/{hook.pk}/delete/").status_code == 404
    client.force_login(alice)
    assert client.post(f"/settings/webhooks/{hook.pk}/delete/").url == "/settings/"
    assert Webhook.objects.count() == 0


@pytest.mark.parametrize(
    "form", [{}, {"url": "https://127.0.0.1/", "events": ["import.finished"]}, {"url": "x", "events": ["y"]}]
)
def test_settings_page_refuses_in_words_what_cannot_be(client, alice, form):
    client.force_login(alice)

    answer = client.post("/settings/webhooks/", form)

    assert (answer.status_code, Webhook.objects.count()) == (200, 0)
    assert 'class="errorlist' in answer.content.decode() or "error" in answer.content.decode()
