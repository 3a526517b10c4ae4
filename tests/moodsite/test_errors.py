"""What is sent to Sentry, seen by a Sentry of our own: never a person, a cookie, a query or a token."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest

from moodsite.errors import scrubbed, scrubbed_crumb, start_reporting

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "BQDx3kT0pLmN9vYwZ2aQ-7RtUi_oPaSdFgHjKl"
BREAK = f"""
import logging, django
django.setup()
import sentry_sdk
from django.test import Client, override_settings
with override_settings(ROOT_URLCONF="tests.moodsite.failing_urls"):
    browser = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    browser.cookies["csrftoken"] = "session-canary"
    browser.post("/mistake?told={TOKEN}&code=query-canary", {{"word": "body-canary"}},
                 headers={{"Authorization": "Bearer header-canary-123", "X-Real-Ip": "192.0.2.77"}})
logging.getLogger("accounts").error("refused %s", "{TOKEN}")
sentry_sdk.flush(10)
"""


class Ear(BaseHTTPRequestHandler):
    """Takes whatever is sent and keeps it in the server's `heard`."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[self.headers["Content-Encoding"]]
        self.server.heard.append(unpack(body).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def sentry():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.processes
def test_sentry_hears_of_a_mistake_and_of_no_secret(sentry):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "moodsite.settings",
        "SENTRY_DSN": f"http://public@127.0.0.1:{sentry.server_address[1]}/1",
        "DATABASE_URL": "sqlite:///:memory:",
        "REDIS_URL": "",
    }

    subprocess.run([sys.executable, "-c", BREAK], cwd=ROOT, env=environment, check=True, capture_output=True)

    events = [json.loads(line) for sent in sentry.heard for line in sent.splitlines() if '"level"' in line]
    broken = [event["exception"]["values"][-1]["value"] for event in events if "exception" in event]
    logged = [event["logentry"]["message"] for event in events if event.get("logger") == "accounts"]
    assert (set(broken), logged) == ({"refused with [secret]"}, ["refused [secret]"])
    assert {event["release"] for event in events} == {"moodsite@1.0.0"}
    everything = "".join(sentry.heard)
    for canary in (TOKEN, "session-canary", "query-canary", "body-canary", "header-canary", "192.0.2.77"):
        assert canary not in everything


def test_event_loses_the_person_and_what_a_request_carried():
    event = {
        "user": {"id": 7, "ip_address": "192.0.2.1"},
        "request": {"url": f"https://x/?code={TOKEN}", "query_string": "a=b", "cookies": {"s": "1"}},
        "extra": {"list": [f"Bearer {TOKEN}", 3]},
    }

    assert scrubbed(event, {}) == {
        "request": {"url": "https://x/?[secret]", "query_string": "[hidden]", "cookies": "[hidden]"},
        "extra": {"list": ["[secret]", 3]},
    }


def test_crumb_loses_its_secrets():
    assert scrubbed_crumb({"message": f"GET /?code={TOKEN}"}, {}) == {"message": "GET /?[secret]"}


def test_nothing_is_started_when_no_address_is_given():
    start_reporting("", release="moodsite@1", environment="test")

    assert "sentry_sdk.integrations.django.middleware" not in sys.modules
