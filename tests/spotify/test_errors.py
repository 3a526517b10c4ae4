import pickle
from datetime import timedelta

import pytest

from spotify.errors import (
    Forbidden,
    NotAllowListed,
    NotFound,
    QuotaExceeded,
    RateLimited,
    RejectedRequest,
    ScopeMissing,
    SpotifyUnavailable,
    TokenExpired,
    fallback_wait,
)
from tests.spotify.bodies import page_body
from tests.spotify.upstream import Answer


def api_error(status, message="message", **more):
    return Answer(status, {"error": {"status": status, "message": message, **more}})


NOT_REGISTERED = "User not registered in the Developer Dashboard"

ANSWERS = {
    "400": (api_error(400, "Invalid limit"), RejectedRequest, "me: status 400 Invalid limit"),
    "405": (Answer(405), RejectedRequest, "me: status 405"),
    "413": (Answer(413, "<html>large</html>"), RejectedRequest, None),
    "401": (api_error(401, "The access token expired"), TokenExpired, None),
    "401 without a body": (Answer(401), TokenExpired, "me: status 401"),
    "403 bare": (api_error(403, "Forbidden"), Forbidden, "me: Forbidden"),
    "403 as a string": (Answer(403, {"error": "Forbidden"}), Forbidden, "me: Forbidden"),
    "403 as a list": (Answer(403, ["no"]), Forbidden, None),
    "403 as a number": (Answer(403, "7"), Forbidden, None),
    "403 as null": (Answer(403, "null"), Forbidden, None),
    "403 with a null message": (api_error(403, None), Forbidden, None),
    "403 with a list as message": (api_error(403, ["x"]), Forbidden, None),
    "403 without error": (Answer(403, {"status": 403}), Forbidden, None),
    "403 as HTML": (Answer(403, "<html><h1>403</h1></html>"), Forbidden, None),
    "403 empty": (Answer(403), Forbidden, None),
    "403 in another encoding": (Answer(403, b"\xff\xfe\x00"), Forbidden, None),
    "403 Premium lapsed": (api_error(403, "Premium required"), Forbidden, None),
    "403 not registered": (api_error(403, NOT_REGISTERED), NotAllowListed, f"me: {NOT_REGISTERED}"),
    "403 not registered, text": (Answer(403, NOT_REGISTERED), NotAllowListed, None),
    "403 not registered, long text": (
        Answer(403, NOT_REGISTERED + ". Visit https://developer.spotify.com/dashboard\n"),
        NotAllowListed,
        None,
    ),
    "403 scope": (api_error(403, "Insufficient client scope"), ScopeMissing, None),
    "404": (api_error(404, "Resource not found"), NotFound, "me: status 404 Resource not found"),
    "410": (Answer(410), NotFound, None),
    "429": (Answer(429, "Too many requests"), RateLimited, None),
    "429 quota": (
        api_error(429, "Too many requests", reason="QUOTA_EXCEEDED"),
        QuotaExceeded,
        None,
    ),
    "429 another reason": (api_error(429, reason="SLOW"), RateLimited, None),
    "408": (Answer(408), SpotifyUnavailable, None),
    "500": (api_error(500, "Server error"), SpotifyUnavailable, None),
    "502 as HTML": (Answer(502, "<html>Bad gateway</html>"), SpotifyUnavailable, None),
    "503": (Answer(503, headers={"Retry-After": "3600"}), SpotifyUnavailable, None),
    "redirect": (Answer(302, headers={"Location": "/v1/x"}), SpotifyUnavailable, None),
    "cut": (Answer(wire=lambda out: None), SpotifyUnavailable, "me: no answer (ConnectionError)"),
    "huge": (Answer(body=b" " * 3_000_000), SpotifyUnavailable, "me: body over 2097152 bytes"),
    "200 as HTML": (Answer(body="<html>"), SpotifyUnavailable, "me: the answer is not JSON"),
    "200 truncated": (Answer(body='{"id": "smed'), SpotifyUnavailable, None),
    "200 empty": (Answer(), SpotifyUnavailable, "unreadable answer: not an object"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_becomes_the_error_for(name, upstream, client):
    answer, kind, words = ANSWERS[name]
    upstream.answers(answer)

    with pytest.raises(kind) as raised:
        client.me()

    assert type(raised.value) is kind
    assert words is None or str(raised.value) == words
    assert len(upstream.asked) == 1


def test_rate_limit_is_told_to_the_gate(upstream, client, gate):
    upstream.answers(Answer(429, "slow down", {"Retry-After": "5"}))

    with pytest.raises(RateLimited) as raised:
        client.saved_tracks()

    assert (raised.value.retry_after, raised.value.family) == (timedelta(seconds=5), "saved_tracks")
    assert gate.told == [
        ("admit", "saved_tracks"),
        ("block", "saved_tracks", timedelta(seconds=5), False),
    ]


def test_spent_quota_is_told_to_the_gate(upstream, client, gate):
    body = {"error": {"status": 429, "message": "no", "reason": "QUOTA_EXCEEDED"}}
    upstream.answers(Answer(429, body))

    with pytest.raises(QuotaExceeded):
        client.artist("6sFIWsNpZYqfjUpaCgueju")

    assert gate.told == [("admit", "artist"), ("block", "artist", None, True)]


def test_closed_gate_keeps_the_request_back(upstream, client, gate):
    def refuse(family):
        raise RateLimited(timedelta(hours=1), family)

    gate.admit = refuse

    with pytest.raises(RateLimited, match="top: too many requests, retry after 1:00:00"):
        client.top_tracks("short_term")

    assert upstream.asked == []


def test_error_never_repeats_a_token_that_the_server_echoes(upstream, client):
    upstream.answers(api_error(400, "bad token " + "BQD" + "x" * 100 + " sent"))

    with pytest.raises(RejectedRequest) as raised:
        client.me()

    assert str(raised.value) == "me: status 400 bad token [long word] sent"


def test_error_message_is_cut(upstream, client):
    upstream.answers(api_error(400, "word " * 100))

    with pytest.raises(RejectedRequest) as raised:
        client.me()

    assert len(str(raised.value)) <= 220


def test_success_is_not_an_error(upstream, client):
    upstream.answers_json(page_body())

    assert client.saved_tracks().entries == ()


@pytest.mark.parametrize("kind", [RateLimited, QuotaExceeded])
def test_rate_limit_survives_a_trip_between_processes(kind):
    copy = pickle.loads(pickle.dumps(kind(timedelta(seconds=5), "me")))

    assert (type(copy), copy.retry_after, copy.family) == (kind, timedelta(seconds=5), "me")


@pytest.mark.parametrize(
    ("consecutive", "seconds"), [(-1, 60), (0, 60), (1, 120), (5, 1920), (6, 3600), (10_000, 3600)]
)
def test_fallback_wait_doubles_up_to_an_hour(consecutive, seconds):
    assert fallback_wait(consecutive) == timedelta(seconds=seconds)
