"""Webhooks in the API."""

import json
from datetime import UTC, datetime

import pytest

from accounts.models import Webhook, WebhookDelivery
from accounts.services.hooks import Event, announce
from library.models import HistoryImport
from tests.api.conftest import client_of

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
URL = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def on_this_machine(settings) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True


def make(client, **changes):
    body = {"url": URL, "events": ["import.finished"], **changes}
    return client.post("/api/v1/webhooks", json.dumps(body), content_type="application/json")


def test_webhook_is_made_and_its_secret_shown_once(api):
    made = make(api)

    told = made.json()
    assert (made.status_code, told["secret"][:14]) == (201, "moodsite_hook_")
    listed = {name: value for name, value in told.items() if name != "secret"}
    assert api.get("/api/v1/webhooks").json()["results"] == [listed]
    assert api.get(f"/api/v1/webhooks/{told['id']}").json() == listed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "ftp://x"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["x"]}, "events"),
    ],
)
def test_webhook_that_cannot_be_is_refused(api, changes, field):
    answer = make(api, **changes)

    assert (answer.status_code, Webhook.objects.count()) == (400, 0)
    assert answer.json()["errors"][0]["field"].startswith(field)


def test_webhook_tells_what_it_was_told(alice, api):
    number = make(api).json()["id"]
    announce(alice, Event.IMPORT_FINISHED, {"import": 1}, now=NOW)

    (told,) = api.get(f"/api/v1/webhooks/{number}/deliveries").json()["results"]

    assert (told["event"], told["payload"], told["state"], told["attempts"]) == (
        "import.finished",
        {"import": 1},
        "waiting",
        0,
    )


def test_webhook_is_deleted_with_all_it_was_to_tell(alice, api):
    number = make(api).json()["id"]
    announce(alice, Event.IMPORT_FINISHED, {}, now=NOW)

    assert api.delete(f"/api/v1/webhooks/{number}").status_code == 204
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_webhook_of_somebody_else_is_not_there(bob, api):
    number = make(api).json()["id"]
    bobs = client_of(bob)

    asked = [bobs.get(f"/api/v1/webhooks/{number}"), bobs.delete(f"/api/v1/webhooks/{number}")]
    asked.append(bobs.get(f"/api/v1/webhooks/{number}/deliveries"))

    assert [answer.status_code for answer in asked] == [404] * 3
    assert HistoryImport.objects.count() == 0
