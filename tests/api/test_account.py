"""Who I am, my choices, my tokens, and leaving."""

import json

import pytest

from accounts.models import ApiToken, Connection, User
from jobs.models import Job
from tests.api.conftest import client_of
from tests.outside import connect


def test_me_tells_name_choices_and_that_there_is_no_connection(alice, api):
    told = api.get("/api/v1/me").json()

    assert told == {
        "name": "alice",
        "time_zone": "",
        "language": "",
        "allow_explicit": True,
        "leave_out_incognito": True,
        "use_corrections": True,
        "joined_at": told["joined_at"],
        "spotify": None,
    }


def test_me_tells_of_the_connection_but_never_a_token(alice, api, sandbox):
    connection = connect(alice, sandbox, "noor")

    answer = api.get("/api/v1/me")

    told = answer.json()["spotify"]
    assert (told["state"], told["display_name"], told["can_save_playlists"]) == ("active", "Noor", True)
    assert str(connection.access_token) not in answer.content.decode()
    assert str(connection.refresh_token) not in answer.content.decode()


def test_choices_are_changed_one_by_one(alice, api):
    answer = api.patch("/api/v1/me", {"time_zone": "Europe/Berlin"}, content_type="application/json")

    assert (answer.status_code, answer.json()["time_zone"], answer.json()["allow_explicit"]) == (
        200,
        "Europe/Berlin",
        True,
    )
    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    "body", [{"time_zone": "Moon/Sea"}, {"language": "tlh"}, {"allow_explicit": "maybe"}]
)
def test_choices_that_cannot_be_are_refused(api, body):
    answer = api.patch("/api/v1/me", body, content_type="application/json")

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, list(body))


def test_name_rights_and_dates_cannot_be_changed(alice, api):
    sent = {"name": "root", "username": "root", "is_staff": True, "is_superuser": True, "joined_at": None}

    api.patch("/api/v1/me", sent, content_type="application/json")

    alice.refresh_from_db()
    assert (alice.username, alice.is_staff, alice.is_superuser) == ("alice", False, False)


def test_spotify_is_disconnected_at_once_and_again_without_harm(alice, api, sandbox):
    connect(alice, sandbox, "noor")

    answers = [api.delete("/api/v1/me/spotify") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert Connection.objects.count() == 0
    assert Job.objects.of_kind("accounts.leave_spotify").count() == 1


def test_account_is_deleted_only_under_its_own_name(alice, api):
    assert [api.delete(f"/api/v1/me{query}").status_code for query in ("", "?name=bob")] == [400, 400]
    assert User.objects.get().is_active

    assert api.delete("/api/v1/me?name=alice").status_code == 204
    assert not User.objects.get().is_active
    assert Job.objects.of_kind("accounts.delete").count() == 1
    assert api.get("/api/v1/me").status_code == 401


def test_token_is_made_in_a_browser_and_shown_once(client, alice):
    client.force_login(alice)

    made = client.post(
        "/api/v1/tokens",
        json.dumps({"name": "script", "scopes": ["read", "write"], "days": 7}),
        content_type="application/json",
    ).json()
    listed = client.get("/api/v1/tokens").json()["results"]

    assert listed == [{name: value for name, value in made.items() if name != "secret"}]
    assert made["secret"].startswith(made["starts_with"])
    assert client.get(f"/api/v1/tokens/{made['id']}").json() == listed[0]


def test_token_cannot_make_another(api):
    answer = api.post("/api/v1/tokens", {"name": "child"}, content_type="application/json")

    assert (answer.status_code, ApiToken.objects.count()) == (403, 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x", "days": 366},
        {"name": "x", "days": 0},
        {"name": "x", "scopes": ["admin"]},
        {"name": "x", "scopes": []},
        {"name": "x" * 81},
    ],
)
def test_token_that_cannot_be_is_refused(client, alice, body):
    client.force_login(alice)

    answer = client.post("/api/v1/tokens", json.dumps(body), content_type="application/json")

    assert (answer.status_code, ApiToken.objects.count()) == (400, 0)


def test_one_token_too_many_is_refused(client, alice, monkeypatch):
    monkeypatch.setattr("accounts.services.tokens.MOST_TOKENS", 0)
    client.force_login(alice)

    answer = client.post("/api/v1/tokens", {"name": "x"}, content_type="application/json")

    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"field": "", "message": "Revoke a token first: there are too many."}],
    )


def test_revoked_token_opens_no_door(alice, client):
    api = client_of(alice)
    token = ApiToken.objects.get()

    assert api.delete(f"/api/v1/tokens/{token.pk}").status_code == 204
    assert api.get("/api/v1/me").status_code == 401
