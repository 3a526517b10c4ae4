import socket
import time

import pytest
import requests

from sandbox import Remote, Sandbox
from tests.sandbox.test_reading import error, said


@pytest.fixture(params=["here", "over HTTP"])
def controls(request, sandbox):
    """The same sandbox, controlled in this process and as from another one."""
    return sandbox if request.param == "here" else Remote(sandbox.url)


def test_failure_meets_the_next_requests_of_its_kind_and_then_ends(controls, noor):
    controls.fail("me", status=503, times=2)

    statuses = [noor.get(path).status_code for path in ("/v1/me", "/v1/me/tracks", "/v1/me", "/v1/me")]

    assert statuses == [503, 200, 503, 200]


def test_failure_answers_in_the_api_shape_unless_told(controls, noor):
    controls.fail("me", status=500)

    assert said(noor.get("/v1/me")) == error(500, "Server error")


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ("<h1>Bad gateway</h1>", b"<h1>Bad gateway</h1>", "text/html; charset=utf-8"),
        ("Too many requests", b"Too many requests", "text/plain; charset=utf-8"),
        ({"items": None}, b'{"items": null}', "application/json; charset=utf-8"),
        (b"\x00\xff", b"\x00\xff", "application/octet-stream"),
        ("", b"", None),
    ],
)
def test_failure_sends_any_body(controls, noor, body, sent, kind):
    controls.fail("me", status=502, body=body)

    answer = noor.get("/v1/me")

    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (502, sent, kind)


def test_failure_without_a_status_replaces_the_body_of_a_good_answer(controls, noor):
    controls.fail("recently_played", body={"items": None})

    assert said(noor.get("/v1/me/player/recently-played")) == (200, {"items": None})


def test_failure_sends_any_headers(controls, noor):
    headers = {"Location": "http://127.0.0.1:1/", "Content-Type": "text/odd"}
    controls.fail("me", status=302, body="x", headers=headers)

    answer = noor.get("/v1/me")

    assert (answer.headers["Location"], answer.headers["Content-Type"]) == ("http://127.0.0.1:1/", "text/odd")


@pytest.mark.parametrize("wait", [0, 5, 79_892, -1, "abc", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_retry_after_takes_any_form(controls, noor, wait):
    controls.fail("me", retry_after=wait)

    answer = noor.get("/v1/me")

    assert said(answer) == error(429, "Too many requests")
    assert answer.headers["Retry-After"] == str(wait)


def test_quota_gives_its_reason_and_may_lack_a_wait(controls, noor):
    controls.fail("track", quota=True)
    controls.fail("me", quota=True, retry_after=86_207)

    quota = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
    without, with_wait = noor.get("/v1/tracks/x"), noor.get("/v1/me")
    assert (said(without), without.headers.get("Retry-After")) == ((429, quota), None)
    assert (said(with_wait), with_wait.headers["Retry-After"]) == ((429, quota), "86207")


def test_failed_write_has_no_effect(controls, noor):
    before = controls.playlists("noor")
    controls.fail("create_playlist", status=500)

    noor.post("/v1/me/playlists", json={"name": "x"})

    assert controls.playlists("noor") == before


def test_lost_answer_has_its_effect(controls, noor):
    controls.fail("create_playlist", lose_answer=True)

    with pytest.raises(requests.ConnectionError):
        noor.post("/v1/me/playlists", json={"name": "Made all the same"})

    assert controls.playlists("noor")[0]["name"] == "Made all the same"
    assert [request.status for request in controls.journal("create_playlist")] == [0]


def test_late_answer_is_otherwise_right(controls, noor):
    controls.fail("me", delay_s=0.2)

    started = time.monotonic()
    answer = noor.get("/v1/me")

    assert (answer.json()["id"], time.monotonic() - started >= 0.2) == ("noor", True)


def test_cut_answer_ends_in_the_middle(controls, noor):
    controls.fail("me", cut_after=10)

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        noor.get("/v1/me")


def test_truncated_answer_is_half_a_body_in_a_whole_answer(controls, noor):
    whole = noor.get("/v1/me").content
    controls.fail("me", truncate=True)

    assert noor.get("/v1/me").content == whole[: len(whole) // 2]


def test_failure_may_be_meant_for_one_listener(controls, noor, signed_in):
    controls.fail("me", status=500, user="sam")

    assert [noor.get("/v1/me").status_code, signed_in("sam").get("/v1/me").status_code] == [200, 500]


def test_failure_of_every_kind_goes_on_until_it_is_cleared(controls, noor):
    controls.fail("*", status=503, times=None)
    failing = [noor.get(path).status_code for path in ("/v1/me", "/lrclib/api/search", "/v1/me")]
    controls.clear_failures()

    assert (failing, noor.get("/v1/me").status_code) == ([503, 503, 503], 200)


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [
        ("authorize", "GET", "/accounts/authorize"),
        ("token", "POST", "/accounts/api/token"),
        ("saved_tracks", "GET", "/v1/me/tracks"),
        ("top", "GET", "/v1/me/top/artists"),
        ("playlists", "GET", "/v1/me/playlists"),
        ("playlist", "GET", "/v1/playlists/x"),
        ("playlist_items", "GET", "/v1/playlists/x/items"),
        ("add_items", "POST", "/v1/playlists/x/items"),
        ("replace_items", "PUT", "/v1/playlists/x/items"),
        ("remove_items", "DELETE", "/v1/playlists/x/items"),
        ("details", "PUT", "/v1/playlists/x"),
        ("cover", "PUT", "/v1/playlists/x/images"),
        ("playlist_images", "GET", "/v1/playlists/x/images"),
        ("remove_playlist", "DELETE", "/v1/me/library"),
        ("library", "PUT", "/v1/me/library"),
        ("library_contains", "GET", "/v1/me/library/contains"),
        ("artist", "GET", "/v1/artists/x"),
        ("album", "GET", "/v1/albums/x"),
        ("search", "GET", "/v1/search"),
        ("reccobeats", "GET", "/reccobeats/v1/audio-features"),
        ("reccobeats_track", "GET", "/reccobeats/v1/track"),
        ("reccobeats_recommendation", "GET", "/reccobeats/v1/track/recommendation"),
        ("lrclib", "GET", "/lrclib/api/get"),
        ("musicbrainz", "GET", "/musicbrainz/ws/2/isrc/x"),
        ("image", "GET", "/images/album/x/64.jpg"),
    ],
)
def test_every_kind_of_request_can_be_told_to_fail(sandbox, noor, kind, method, path):
    sandbox.fail(kind, status=418, body="no")

    assert noor.send(method, path).status_code == 418
    assert [request.kind for request in sandbox.journal()] == [kind]


def test_reordering_is_a_kind_of_its_own(sandbox, noor):
    sandbox.fail("reorder_items", status=418, body="no")

    assert noor.put("/v1/playlists/x/items", json={"range_start": 0}).status_code == 418


def test_journal_notes_requests_without_secrets(controls, noor):
    tokens = controls.grant("sam")
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_secret": "s"}
    noor.post("/accounts/api/token", data=form, headers={"Authorization": "Basic YTpi"})
    noor.get(f"/v1/me?access_token={tokens['access_token']}&note={tokens['refresh_token']}&plain=1")
    noor.post("/v1/me/playlists", json={"name": "x"})

    refresh, me, create = controls.journal()

    assert (refresh.kind, refresh.status, refresh.authorization, refresh.user) == ("token", 400, "Basic", "")
    expected = {"grant_type": "refresh_token", "refresh_token": "***", "client_secret": "***"}
    assert refresh.body == expected
    assert (me.path, me.query) == ("/v1/me", {"access_token": "***", "note": "***", "plain": "1"})
    assert (me.user, me.authorization, me.at) == ("noor", "Bearer", "2026-11-02T12:00:00.000Z")
    assert (create.method, create.body, create.status) == ("POST", {"name": "x"}, 201)
    assert ("authorization" in create.headers, create.user_agent[:12]) == (True, "SandboxTests")


def test_journal_keeps_text_bodies_as_text(controls, noor):
    noor.put("/v1/playlists/x/images", data=b"abc", headers={"Content-Type": "image/jpeg"})

    assert [request.body for request in controls.journal("cover")] == ["abc"]


def test_journal_can_be_cleared_and_holds_no_control_requests(controls, noor):
    noor.get("/v1/me")
    controls.clear_journal()
    controls.now()

    assert controls.journal() == []


def test_unknown_action_and_wrong_arguments_are_refused(sandbox, anyone):
    assert said(anyone.post("/_sandbox/nothing")) == (404, {"error": "No such action"})
    assert said(anyone.get("/_sandbox/now")) == (404, {"error": "No such action"})
    assert said(anyone.post("/_sandbox/plays", json={"listener": "eve", "skips": False})) == (
        400,
        {"error": "KeyError('eve')"},
    )
    with pytest.raises(ValueError, match="like: "):
        Remote(sandbox.url).like("noor", "nothing")


def test_latency_delays_every_answer(http):
    with Sandbox(latency_ms=100) as slow:
        started = time.monotonic()
        http.get(f"{slow.url}/v1/me")
        took_s = time.monotonic() - started

    assert took_s >= 0.1


def test_stopped_sandbox_hangs_up(sandbox, noor):
    noor.get("/v1/me")
    sandbox.stop()

    with pytest.raises(requests.ConnectionError):
        noor.get("/v1/me")


def test_request_that_cannot_be_read_is_reported_and_hung_up_on(sandbox, capfd):
    address = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=5) as connection:
        connection.sendall(b"GET /v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n")
        answer = connection.recv(100)

    assert (answer, "ValueError" in capfd.readouterr().err) == (b"", True)
