"""How long a browser stays signed in."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import AuditEvent

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FORM = {"login": "alice", "password": "correct horse battery staple"}


def signed_in(at: datetime = START) -> Client:
    client = Client()
    with time_machine.travel(at, tick=False):
        assert client.post("/accounts/login/", FORM).status_code == 302
    return client


def is_in(client: Client, moment: datetime) -> bool:
    with time_machine.travel(moment, tick=False):
        return client.get("/settings/").status_code == 200


@pytest.mark.parametrize(("days", "stays"), [(13.9, True), (14.1, False)])
def test_session_ends_two_weeks_after_the_last_visit(alice, days, stays):
    client = signed_in()

    assert is_in(client, START + days * DAY) is stays


def test_each_visit_moves_the_end_of_the_two_weeks(alice):
    client = signed_in()

    assert [is_in(client, START + days * DAY) for days in (10, 20, 29.9)] == [True, True, True]


def test_session_ends_after_thirty_days_however_often_one_comes(alice):
    client = signed_in()

    came = [is_in(client, START + days * DAY) for days in (9, 18, 27, 30, 30.1)]

    assert came == [True, True, True, False, False]
    ended = AuditEvent.objects.filter(kind="signed_out").values_list("user", "detail")
    assert list(ended) == [(alice.pk, {"why": "session_ended"})]
    assert Session.objects.count() == 0


def test_api_answers_401_once_the_session_has_ended(alice):
    client = signed_in()
    is_in(client, START + 10 * DAY)
    is_in(client, START + 20 * DAY)

    with time_machine.travel(START + 30 * DAY, tick=False):
        answer = client.get("/api/v1/me")

    assert (answer.status_code, answer.json()["status"]) == (401, 401)


def test_signing_in_again_starts_the_thirty_days_anew(alice):
    client = signed_in()
    is_in(client, START + 12 * DAY)
    with time_machine.travel(START + 20 * DAY, tick=False):
        client.post("/accounts/logout/")
        client.post("/accounts/login/", FORM)

    assert [is_in(client, START + days * DAY) for days in (33, 46, 50)] == [True, True, False]


def test_session_from_before_the_limit_begins_with_its_next_visit(alice, client):
    with time_machine.travel(START, tick=False):
        client.force_login(alice)
        session = client.session
        del session["began_at"]
        session.save()

    assert [is_in(client, START + days * DAY) for days in (10, 20, 30, 39.9, 40)] == [True] * 4 + [False]


def test_visit_is_written_once_an_hour(alice, django_assert_max_num_queries):
    client = signed_in()
    is_in(client, START)

    def writes(moment: datetime) -> int:
        with django_assert_max_num_queries(50) as counted:
            is_in(client, moment)
        written = [query["sql"] for query in counted if "django_session" in query["sql"]]
        return len([sql for sql in written if sql.startswith(("UPDATE", "INSERT"))])

    assert [writes(START + timedelta(minutes=minutes)) for minutes in (59, 60, 61)] == [0, 1, 0]


def test_signing_out_ends_the_session_on_the_server(alice):
    client = signed_in()
    stolen = client.cookies["sessionid"].value
    with time_machine.travel(START, tick=False):
        client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen

    assert not is_in(thief, START)
