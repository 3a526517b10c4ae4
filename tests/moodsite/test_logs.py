"""No log line shows a token."""

import json
import logging

import pytest

from moodsite.logs import JsonFormatter, LineFormatter, SecretsFilter, without_secrets

TOKEN = "BQDx3kT0pLmN9vYwZ2aQ-7RtUi_oPaSdFgHjKl"


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {TOKEN}",
        f"GET /callback?code=abc123&state={TOKEN} failed",
        f'{{"refresh_token={TOKEN}"}}',
        "token moodsite_kjh23kjh4kj234kjh",
        "Basic c3BvdGlmeTpzZWNyZXQ=",
        "client_secret=hunter2hunter2",
    ],
)
def test_without_secrets_removes_what_looks_like_a_token(line):
    cleaned = without_secrets(line)

    assert "[secret]" in cleaned
    assert TOKEN not in cleaned
    assert "hunter2" not in cleaned
    assert "c3BvdGlmeTpzZWNyZXQ" not in cleaned


def test_without_secrets_leaves_other_words_alone():
    line = "job 12 (library.sync) done: {'new': 50, 'mood': 'happy'}"

    assert without_secrets(line) == line


def test_the_filter_cleans_arguments_too():
    record = logging.LogRecord("x", logging.INFO, "", 0, "sent %s", (TOKEN,), None)

    SecretsFilter().filter(record)

    assert record.getMessage() == "sent [secret]"


def _failure() -> logging.LogRecord:
    """A record with secrets in its message, its argument and its exception."""
    problem = ValueError(f"refused {TOKEN}")
    told = (type(problem), problem, None)
    return logging.LogRecord("jobs", logging.ERROR, "", 0, "redis://me:hunter2@host %s", (TOKEN,), told)


def test_a_json_line_tells_all_that_a_machine_needs():
    record = _failure()
    record.created, record.process, record.threadName = 1_700_000_000.5, 7, "web"

    line = json.loads(JsonFormatter().format(record))

    traceback = line.pop("traceback")
    assert line == {
        "time": "2023-11-14T22:13:20.500+00:00",
        "level": "ERROR",
        "logger": "jobs",
        "message": "redis://[secret]@host [secret]",
        "process": 7,
        "thread": "web",
    }
    assert traceback.endswith("ValueError: refused [secret]")


def test_a_json_line_has_no_traceback_when_nothing_broke():
    record = logging.LogRecord("jobs", logging.INFO, "", 0, "done", (), None)

    assert "traceback" not in json.loads(JsonFormatter().format(record))


def test_a_line_for_people_shows_no_secret_in_a_traceback():
    text = LineFormatter("%(levelname)s %(name)s %(message)s").format(_failure())

    assert text.startswith("ERROR jobs redis://[secret]@host [secret]\n")
    assert TOKEN not in text
