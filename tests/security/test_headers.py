"""Headers and cookies of every route, as production sends them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from accounts.models import User
from tests.api.conftest import client_of
from tests.security.addresses import STAFF, all_routes
from tests.security.world import fill, values_for

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "mood.example.org"
SENT = (
    *("SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT", "SECURE_REDIRECT_EXEMPT", "SECURE_HSTS_SECONDS"),
    *("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
    *("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "IS_HTTPS", "IS_PUBLIC", "SITE_URL", "ALLOWED_HOSTS"),
    *("CSRF_TRUSTED_ORIGINS", "DEBUG", "SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL"),
)
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: https://i.scdn.co https://mosaic.scdn.co https://*.spotifycdn.com",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self' https://accounts.spotify.com",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "upgrade-insecure-requests": "",
}
KEPT_A_MINUTE = {"share-card"}
"""A picture that its listener looks at and saves, drawn anew each minute at most."""
EVERYWHERE = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@pytest.fixture(scope="module")
def production() -> dict[str, object]:
    """The settings as a public host has them."""
    script = "import json; from moodsite import settings as s; "
    script += f"print(json.dumps({{name: getattr(s, name) for name in {SENT!r}}}))"
    environment = {
        "DOTENV": os.devnull,
        "ALLOWED_HOSTS": HOST,
        "SECRET_KEY": "x" * 50,
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "PATH": os.environ["PATH"],
    }
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


@pytest.fixture
def visitor(alice, settings, production):
    """Alice at a public host over https."""
    for name, value in production.items():
        setattr(settings, name, tuple(value) if name == "SECURE_PROXY_SSL_HEADER" else value)
    settings.REDIS_URL = ""
    client = Client(headers={"host": HOST}, raise_request_exception=False)
    client.force_login(alice)
    return client


def answers(client, alice):
    """Every route, asked for by its owner or by staff; signing out comes last."""
    rows = fill(alice)
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    row = {"object_id": str(alice.pk), "content_type_id": "999999", "app_label": "library"}
    leaving = {"account_logout", "admin:logout"}
    for route in sorted(all_routes(), key=lambda route: route.name in leaving):
        values = {**values_for(route.name, rows), **(row if route.kind == STAFF else {})}
        yield route, client.get(route.address(**values), secure=True)


def policy_of(answer) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in parts}


def test_every_answer_carries_every_header(alice, visitor):
    lacking = []
    for route, answer in answers(visitor, alice):
        lacking += [(route.pattern, name) for name, value in EVERYWHERE.items() if answer.get(name) != value]
        if policy_of(answer) != POLICY:
            lacking.append((route.pattern, "Content-Security-Policy", answer.get("Content-Security-Policy")))
        wanted = "private" if route.name in KEPT_A_MINUTE else "no-store"
        if wanted not in answer.get("Cache-Control", ""):
            lacking.append((route.pattern, "Cache-Control", answer.get("Cache-Control")))

    assert lacking == []


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/nothing/", 404),
        ("get", "/tracks/999999999/", 404),
        ("get", "/api/v1/nothing", 404),
        ("get", "/api/v1/tracks?loud=1", 400),
        ("delete", "/api/v1/tracks", 405),
        ("post", "/home/", 405),
        ("get", "/accounts/spotify/login/callback/?state=x&code=y", 401),
    ],
)
def test_refusals_carry_every_header_too(visitor, method, address, status):
    answer = getattr(visitor, method)(address, secure=True)

    assert answer.status_code == status
    assert {name: answer.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert (policy_of(answer), answer["Cache-Control"]) == (POLICY, "no-store")


def test_page_after_a_mistake_of_ours_carries_every_header_too(visitor, settings):
    settings.ROOT_URLCONF = "tests.moodsite.failing_urls"

    answer = visitor.get("/mistake", secure=True)

    assert answer.status_code == 500
    assert {name: answer.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert policy_of(answer) == POLICY


def test_cookies_are_bound_to_the_host_and_out_of_reach(alice, visitor):
    loose = []
    for route, answer in answers(visitor, alice):
        for name, cookie in answer.cookies.items():
            is_bound = name.startswith("__Host-") and cookie["path"] == "/" and not cookie["domain"]
            is_kept = cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
            # A notice is read once and holds nothing of a person.
            if name != "messages" and not (is_bound and is_kept):
                loose.append((route.pattern, cookie.OutputString()))

    assert loose == []


def test_plain_http_is_sent_to_https(visitor):
    answer = visitor.get("/settings/")

    assert (answer.status_code, answer["Location"]) == (301, f"https://{HOST}/settings/")


def test_other_host_is_refused(visitor):
    assert visitor.get("/settings/", secure=True, headers={"host": "evil.example.org"}).status_code == 400


def test_signing_out_clears_what_the_browser_keeps(visitor):
    answer = visitor.post("/accounts/logout/", secure=True)

    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"cache", "storage"')


def test_answer_to_a_token_is_not_stored(alice):
    assert client_of(alice).get("/api/v1/me")["Cache-Control"] == "no-store"
