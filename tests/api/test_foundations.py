"""What every address of the API does: problems, pages, keys, tags, limits."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.models import ApiToken, IdempotentAnswer
from accounts.rest.problems import answer_problem
from accounts.services.repeats import forget_answers
from accounts.throttling import RATES
from library.models import Exclusion
from tests.api.builders import a_track, keep, played
from tests.api.conftest import client_of

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PROBLEM = "application/problem+json"


def post(client: Client, address: str, body: object = None, **headers: str):
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def test_schema_describes_everything_and_is_valid(db, tmp_path: Path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_schema_says_what_everything_is(db):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        (f"{method} {address}", told)
        for address, methods in schema["paths"].items()
        for method, told in methods.items()
    ]
    unsaid = [name for name, told in operations if not (told.get("summary") and told.get("description"))]
    unsaid += [
        f"{name}: {parameter['name']}"
        for name, told in operations
        for parameter in told.get("parameters", [])
        if not parameter.get("description")
    ]
    unsaid += [
        f"{name}.{field}"
        for name, component in schema["components"]["schemas"].items()
        for field, told in component.get("properties", {}).items()
        if not told.get("description")
    ]

    assert schema["openapi"] == "3.1.1"
    assert unsaid == []


def test_stranger_is_told_to_sign_in(client, db):
    answer = client.get("/api/v1/plays")

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Authentication credentials were not provided.",
        "code": "not_authenticated",
    }


@pytest.mark.parametrize("address", ["/api/v1/plays", "/api/v1/plays/"])
def test_address_works_with_and_without_a_slash(api, address):
    assert api.get(address).json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_unknown_address_is_a_problem_for_everybody(client, db, method):
    answer = getattr(client, method)("/api/v1/nothing")

    assert (answer.status_code, answer["Content-Type"], answer.json()["title"]) == (404, PROBLEM, "Not Found")


def test_method_that_is_not_there_is_a_problem(api):
    answer = api.put("/api/v1/plays")

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
    assert answer.json()["detail"] == 'Method "PUT" not allowed.'


def test_body_of_another_kind_is_a_problem(api):
    answer = api.patch("/api/v1/me", "name=x", content_type="text/plain")

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        415,
        PROBLEM,
        "unsupported_media_type",
    )


def test_broken_json_is_a_problem(api):
    answer = api.patch("/api/v1/me", "{", content_type="application/json")

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
        400,
        PROBLEM,
        "parse_error",
    )


def test_session_without_csrf_token_may_not_write(alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    answer = browser.patch("/api/v1/me", "{}", content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert answer.json()["detail"].startswith("CSRF Failed")


def test_token_for_reading_may_not_write(alice):
    answer = client_of(alice, "read").patch("/api/v1/me", "{}", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("loudest=1", "loudest"),
        ("since=yesterday", "since"),
        ("page_size=abc", "page_size"),
        ("page_size=0", "page_size"),
        ("source=radio", "source"),
        ("track_id=99999999999999999999", "track_id"),
    ],
)
def test_query_that_makes_no_sense_is_refused(api, query, field):
    answer = api.get(f"/api/v1/plays?{query}")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("cursor", ["abc", "cD1hYmM%3D", "cD0%3D", "cD0yMDI2LTAxLTAx%00"])
def test_cursor_that_somebody_made_up_is_no_page(alice, api, cursor):
    played(alice, a_track("a"), AT)

    assert api.get(f"/api/v1/plays?cursor={cursor}").status_code in {400, 404}


def test_pages_are_of_fifty_and_go_on_without_loss_or_repetition(alice, api):
    track = a_track("a")
    plays = [played(alice, track, AT + timedelta(minutes=number)) for number in range(120)]

    pages, address = [], "/api/v1/plays"
    while address:
        answer = api.get(address).json()
        pages.append([row["id"] for row in answer["results"]])
        address = answer["next"]

    assert [len(page) for page in pages] == [50, 50, 20]
    assert [pk for page in pages for pk in page] == [play.pk for play in reversed(plays)]


def test_page_never_has_more_than_a_hundred_rows(alice, api):
    track = a_track("a")
    for number in range(101):
        played(alice, track, AT + timedelta(minutes=number))

    assert len(api.get("/api/v1/plays?page_size=1000000000").json()["results"]) == 100


def test_same_key_does_it_once_and_answers_the_same(alice, api):
    track = keep(alice, a_track("a"))

    answers = [
        post(api, "/api/v1/exclusions", {"track_id": track.pk}, **{"Idempotency-Key": "one"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert [answer.get("Idempotency-Replayed") for answer in answers] == [None, "true"]
    assert Exclusion.objects.count() == 1


def test_same_key_with_another_body_is_refused(alice, api):
    first, second = keep(alice, a_track("a")), keep(alice, a_track("b"))
    post(api, "/api/v1/exclusions", {"track_id": first.pk}, **{"Idempotency-Key": "one"})

    answer = post(api, "/api/v1/exclusions", {"track_id": second.pk}, **{"Idempotency-Key": "one"})

    assert (answer.status_code, answer.json()["code"]) == (422, "key_used_otherwise")


def test_key_of_somebody_else_means_nothing(alice, bob, api, bobs_api):
    track = keep(alice, a_track("a"))
    keep(bob, track)
    post(api, "/api/v1/exclusions", {"track_id": track.pk}, **{"Idempotency-Key": "one"})

    post(bobs_api, "/api/v1/exclusions", {"track_id": track.pk}, **{"Idempotency-Key": "one"})

    assert Exclusion.objects.for_user(bob).count() == 1


def test_key_is_free_again_after_a_refusal_and_after_a_day(alice, api):
    track = keep(alice, a_track("a"))
    refused = post(api, "/api/v1/exclusions", {}, **{"Idempotency-Key": "one"})
    assert (refused.status_code, IdempotentAnswer.objects.count()) == (400, 0)
    post(api, "/api/v1/exclusions", {"track_id": track.pk}, **{"Idempotency-Key": "one"})

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=23, minutes=59)):
        assert forget_answers(datetime.now(UTC)) == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24, minutes=1)):
        assert forget_answers(datetime.now(UTC)) == 1


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_key_that_is_none_is_refused(api, key):
    answer = post(api, "/api/v1/exclusions", {}, **{"Idempotency-Key": key})

    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]


def test_what_has_not_changed_is_not_sent_again(alice, api):
    played(alice, a_track("a"), AT)
    tag = api.get("/api/v1/plays")["ETag"]

    again = api.get("/api/v1/plays", headers={"If-None-Match": tag})
    played(alice, a_track("b"), AT)
    changed = api.get("/api/v1/plays", headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert (changed.status_code, len(changed.json()["results"])) == (200, 2)


def test_stranger_may_ask_sixty_times_a_minute(client, db):
    limit, _window = RATES["anonymous"]
    with time_machine.travel(AT, tick=False):
        statuses = [client.get("/api/v1/me").status_code for _ in range(limit + 1)]
        last = client.get("/api/v1/me")

    assert statuses == [401] * limit + [429]
    assert (last["Content-Type"], last.json()["code"]) == (PROBLEM, "throttled")
    assert 0 < int(last["Retry-After"]) <= 66


def test_listener_may_ask_three_hundred_times_a_minute(alice):
    limit, _window = RATES["listener"]
    api = client_of(alice)
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        statuses = [api.get("/api/v1/nothing-here").status_code for _ in range(3)]
        statuses += [api.get("/api/v1/tokens").status_code for _ in range(limit - 2)]

    assert statuses == [404] * 3 + [200] * (limit - 3) + [429]


def test_person_in_a_browser_can_look_around(client, alice):
    client.force_login(alice)

    page = client.get("/api/v1/plays", headers={"Accept": "text/html"})

    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_stranger_in_a_browser_gets_json(client, db):
    answer = client.get("/api/v1/plays", headers={"Accept": "text/html"})

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)


def test_start_names_addresses_that_are_there(api):
    found = api.get("/api/v1/").json()

    statuses = {word: api.get(address).status_code for word, address in found.items()}
    assert statuses == dict.fromkeys(found, 200)


def test_form_too_large_and_form_suspicious_are_problems():
    errors = (RequestDataTooBig(), TooManyFieldsSent(), TooManyFilesSent(), SuspiciousOperation())

    answers = [answer_problem(error, {}) for error in errors]

    assert [answer.status_code for answer in answers] == [413, 413, 413, 400]


def test_failure_of_ours_is_not_dressed_up():
    assert answer_problem(RuntimeError("broken"), {}) is None


def test_times_are_utc_wherever_the_listener_lives(alice, client):
    alice.time_zone = "Asia/Kathmandu"
    alice.save()
    played(alice, a_track("a"), AT)
    client.force_login(alice)

    assert client.get("/api/v1/plays").json()["results"][0]["played_at"] == "2026-05-01T12:00:00Z"


def test_tokens_made_here_are_never_kept_with_their_secret(client, alice):
    client.force_login(alice)

    made = post(client, "/api/v1/tokens", {"name": "script"}, **{"Idempotency-Key": "one"})

    assert (made.status_code, IdempotentAnswer.objects.count(), ApiToken.objects.count()) == (201, 0, 1)
