import base64
import logging
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from spotify.errors import AppMisconfigured, RateLimited, ReconnectNeeded, SpotifyUnavailable
from spotify.tokens import TokenEndpoint
from spotify.types import TokenAnswer
from tests.spotify.upstream import Answer

GRANTED = {"access_token": "BQDnew", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture
def endpoint(upstream):
    return TokenEndpoint(upstream.url, client_id="app", client_secret="hush-hush")


def test_refresh_sends_the_grant_in_the_body_and_the_app_in_the_header(upstream, endpoint):
    upstream.answers_json(GRANTED)

    endpoint.refresh("AQCold")

    (asked,) = upstream.asked
    assert asked.line() == ("POST", "/api/token", {})
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["AQCold"],
    }
    credentials = base64.b64encode(b"app:hush-hush").decode()
    assert asked.headers["authorization"] == f"Basic {credentials}"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


ANSWERS = {
    "without a new refresh token": (
        GRANTED | {"scope": "user-top-read user-library-read"},
        TokenAnswer(
            access_token="BQDnew",
            refresh_token=None,
            scopes=frozenset({"user-top-read", "user-library-read"}),
            expires_in=timedelta(hours=1),
        ),
    ),
    "with a new refresh token": (
        GRANTED | {"refresh_token": "AQCnew", "scope": "", "expires_in": 60},
        TokenAnswer("BQDnew", "AQCnew", frozenset(), timedelta(minutes=1)),
    ),
    "with nulls": (
        {"access_token": "BQDnew", "refresh_token": None, "scope": None, "expires_in": None},
        TokenAnswer("BQDnew", None, frozenset(), timedelta(hours=1)),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_refresh_reads_the_answer(name, upstream, endpoint):
    body, answer = ANSWERS[name]
    upstream.answers_json(body)

    assert endpoint.refresh("AQCold") == answer


def oauth_error(status, error):
    return Answer(status, {"error": error, "error_description": "Refresh token AQCold is bad"})


FAILURES = {
    "grant revoked": (oauth_error(400, "invalid_grant"), ReconnectNeeded),
    "secret wrong": (oauth_error(400, "invalid_client"), AppMisconfigured),
    "secret wrong, 401": (oauth_error(401, "invalid_client"), AppMisconfigured),
    "request wrong": (oauth_error(400, "invalid_request"), AppMisconfigured),
    "flow unknown": (oauth_error(400, "unsupported_grant_type"), AppMisconfigured),
    "new kind of error": (oauth_error(400, "server_moved"), SpotifyUnavailable),
    "error in the API's shape": (
        Answer(400, {"error": {"status": 400, "message": "invalid_grant"}}),
        SpotifyUnavailable,
    ),
    "400 as HTML": (Answer(400, "<html>invalid_grant</html>"), SpotifyUnavailable),
    "403 of a proxy": (Answer(403, "blocked"), SpotifyUnavailable),
    "429 as HTML": (Answer(429, "<html>"), RateLimited),
    "500": (Answer(500, "<html>"), SpotifyUnavailable),
    "503 that says invalid_grant": (oauth_error(503, "invalid_grant"), SpotifyUnavailable),
    "redirect": (Answer(302, headers={"Location": "/login"}), SpotifyUnavailable),
    "cut": (Answer(wire=lambda out: None), SpotifyUnavailable),
    "200 as HTML": (Answer(body="<html>"), SpotifyUnavailable),
    "200 without a token": (Answer(body={"scope": ""}), SpotifyUnavailable),
    "200 with a number as token": (Answer(body={"access_token": 7}), SpotifyUnavailable),
}


@pytest.mark.parametrize("name", FAILURES)
def test_refresh_fails_with_what_to_do_after(name, upstream, endpoint, caplog):
    caplog.set_level(logging.DEBUG)
    answer, kind = FAILURES[name]
    upstream.answers(answer)

    with pytest.raises(kind) as raised:
        endpoint.refresh("AQCold")

    assert type(raised.value) is kind
    assert "AQCold" not in str(raised.value) + caplog.text
    assert len(upstream.asked) == 1


def test_rate_limit_of_the_endpoint_is_a_family_of_its_own(upstream, endpoint):
    upstream.answers(Answer(429, headers={"Retry-After": "7"}))

    with pytest.raises(RateLimited) as raised:
        endpoint.refresh("AQCold")

    assert (raised.value.family, raised.value.retry_after) == ("token", timedelta(seconds=7))


def test_tokens_and_secret_are_in_no_repr(endpoint):
    answer = TokenAnswer("BQDnew", "AQCnew", frozenset({"a"}), timedelta(hours=1))

    assert repr(answer) == (
        "TokenAnswer(scopes=frozenset({'a'}), expires_in=datetime.timedelta(seconds=3600))"
    )
    assert "hush-hush" not in repr(endpoint)
