from datetime import timedelta

import pytest

from moods.sources.asking import Asker
from moods.sources.types import Blocked, Retry
from spotify.exchange import Limits
from tests.spotify.upstream import Answer, trickle

DAY = timedelta(days=1)


@pytest.fixture
def paced():
    return []


@pytest.fixture
def asker(upstream, paced):
    return Asker(
        base_url=upstream.url + "/api/",
        user_agent="Moodsite/1.0 (+https://example.org)",
        limits=Limits(connect_s=1, total_s=0.3, body_bytes=1000),
        longest_wait=timedelta(seconds=60),
        pace=lambda: paced.append("paced"),
    )


def test_question_names_the_product(upstream, asker):
    upstream.answers_json({})

    asker.ask("get", {"a": "b c"})

    (asked,) = upstream.asked
    assert asked.line() == ("GET", "/api/get", {"a": "b c"})
    assert asked.headers["user-agent"] == "Moodsite/1.0 (+https://example.org)"
    assert asked.headers["accept"] == "application/json"


def test_question_waits_for_its_pace(upstream, asker, paced):
    upstream.answers_json({}, {})

    asker.ask("get", {})
    asker.ask("get", {})

    assert paced == ["paced", "paced"]


def test_question_is_called_off_by_its_pace(upstream):
    def stop():
        raise KeyboardInterrupt

    asker = Asker(upstream.url, "Moodsite", Limits(), timedelta(seconds=60), stop)

    with pytest.raises(KeyboardInterrupt):
        asker.ask("get", {})

    assert upstream.asked == []


NOT_JSON = Retry(None, "the answer is not a JSON object")
ANSWERS = {
    "an object": (Answer(body={"a": 1}), {"a": 1}),
    "nothing known": (Answer(404, {"message": "no"}), None),
    "403 as HTML": (Answer(403, "error code: 1010"), Blocked(DAY, "status 403")),
    "400": (Answer(400, {"status": 4004}), Retry(DAY, "status 400", 400)),
    "401": (Answer(401), Retry(DAY, "status 401", 401)),
    "204": (Answer(204), Retry(DAY, "status 204", 204)),
    "429": (Answer(429, "<html>"), Retry(None, "status 429", 429)),
    "429 in seconds": (
        Answer(429, headers={"Retry-After": "7"}),
        Retry(timedelta(seconds=7), "status 429", 429),
    ),
    "429 by date": (
        Answer(429, headers={"Retry-After": "Mon, 23 Nov 2026 10:00:09 GMT"}),
        Retry(timedelta(seconds=9), "status 429", 429),
    ),
    "429 for long": (
        Answer(429, headers={"Retry-After": "3600"}),
        Retry(timedelta(seconds=60), "status 429", 429),
    ),
    "408": (Answer(408), Retry(None, "status 408", 408)),
    "500": (Answer(500, "<html>"), Retry(None, "status 500", 500)),
    "504": (Answer(504, "<html>"), Retry(None, "status 504", 504)),
    "redirect": (
        Answer(301, headers={"Location": "http://127.0.0.1:1/"}),
        Retry(None, "redirected with status 301"),
    ),
    "HTML": (Answer(body="<html>"), NOT_JSON),
    "truncated": (Answer(body='{"content": [{"id"'), NOT_JSON),
    "a list": (Answer(body=[]), NOT_JSON),
    "empty": (Answer(), NOT_JSON),
    "cut": (Answer(wire=lambda out: None), Retry(None, "no answer (ConnectionError)")),
    "huge": (Answer(body=b"x" * 2000), Retry(None, "body over 1000 bytes")),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_is_sorted_when_it_is(name, upstream, asker):
    answer, outcome = ANSWERS[name]
    upstream.answers(answer)

    assert asker.ask("get", {}) == outcome
    assert len(upstream.asked) == 1


def test_answer_that_trickles_is_to_be_retried(upstream, asker):
    upstream.answers(trickle(upstream, head=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"))

    assert asker.ask("get", {}) == Retry(None, "deadline passed")
