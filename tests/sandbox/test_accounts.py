import re
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox import Sandbox
from sandbox.grants import s256
from tests.sandbox.conftest import NOON, Client
from tests.sandbox.schemas import TOKENS, faults

CALLBACK = "http://127.0.0.1:8000/accounts/spotify/login/callback/"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123"
ASKED = {
    "client_id": "app",
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "state": "s t&ate",
    "scope": "user-top-read user-library-read",
}


def tokens_for(client: Client, code: str, **changed) -> tuple[int, dict]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": "app"}
    answer = client.post("/accounts/api/token", data={**form, "client_secret": "s", **changed})
    return answer.status_code, answer.json()


def refreshed(client: Client, refresh_token: str, **changed) -> tuple[int, dict]:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": "sandbox-client"}
    answer = client.post("/accounts/api/token", data={**form, **changed})
    return answer.status_code, answer.json()


def refusal(code: str, description: str) -> tuple[int, dict]:
    return 400, {"error": code, "error_description": description}


def sent_back(answer) -> dict[str, list[str]]:
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(CALLBACK + "?")
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def test_consent_page_lists_every_listener_and_what_is_asked(anyone):
    page = anyone.get("/accounts/authorize", params=ASKED)

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "form-action 'self' http://127.0.0.1:8000" in page.headers["Content-Security-Policy"]
    assert re.findall(r'name="listener" value="(\w+)"', page.text) == ["noor", "sam", "rosa", "karl", "nina"]
    assert "<li>See your top artists and songs</li><li>See your liked songs</li>" in page.text
    assert "This is a simulation of Spotify." in page.text


def test_consent_page_escapes_what_the_app_sends(anyone):
    page = anyone.get("/accounts/authorize", params={**ASKED, "state": '"><script>', "scope": "<b>"})

    assert "<script>" not in page.text
    assert "<b>" not in page.text


def test_consent_page_asks_for_name_and_picture_without_scopes(anyone):
    page = anyone.get("/accounts/authorize", params={**ASKED, "scope": ""})

    assert "<ul><li>See your name and picture</li></ul>" in page.text


def test_agreeing_sends_a_code_and_the_state_back(anyone):
    answer = anyone.post("/accounts/authorize", data={**ASKED, "listener": "sam", "answer": "agree"})

    back = sent_back(answer)
    assert back["state"] == ["s t&ate"]
    status, tokens = tokens_for(anyone, back["code"][0])
    assert status == 200
    assert faults(tokens, TOKENS) == []
    assert (tokens["scope"], tokens["expires_in"]) == ("user-top-read user-library-read", 3600)
    me = Client(anyone.sandbox, anyone.session, tokens["access_token"]).get("/v1/me")
    assert me.json()["id"] == "sam"


def test_consent_page_remembers_who_agreed_last_in_this_browser(anyone):
    anyone.post("/accounts/authorize", data={**ASKED, "listener": "sam", "answer": "agree"})

    page = anyone.get("/accounts/authorize", params=ASKED)

    assert re.findall(r'value="(\w+)" checked', page.text) == ["sam"]


def test_consent_page_chooses_the_first_listener_when_the_remembered_one_is_unknown(anyone):
    page = anyone.get("/accounts/authorize", params=ASKED, headers={"Cookie": "sandbox_listener=eve"})

    assert re.findall(r'value="(\w+)" checked', page.text) == ["noor"]


def test_cancelling_sends_access_denied_back(anyone):
    answer = anyone.post("/accounts/authorize", data={**ASKED, "listener": "sam", "answer": "cancel"})

    assert sent_back(answer) == {"error": ["access_denied"], "state": ["s t&ate"]}


def test_answer_joins_a_redirect_address_that_has_a_query(anyone):
    asked = {**ASKED, "redirect_uri": "https://app.example/cb?next=1", "answer": "cancel"}
    del asked["state"]

    answer = anyone.post("/accounts/authorize", data=asked)

    assert answer.headers["Location"] == "https://app.example/cb?next=1&error=access_denied"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"client_id": ""}, "INVALID_CLIENT: Invalid client"),
        ({"redirect_uri": ""}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://localhost:8000/cb"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "https://localhost:8000/cb"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://192.168.1.5/cb"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"response_type": "token"}, "response_type must be code"),
        ({"code_challenge_method": "plain"}, "code_challenge_method must be S256"),
    ],
)
def test_consent_page_shows_an_error_and_redirects_nobody_when_the_request_is_wrong(anyone, changed, message):
    page = anyone.get("/accounts/authorize", params={**ASKED, **changed})

    assert (page.status_code, page.text) == (400, message)


def test_unknown_listener_is_refused(anyone):
    page = anyone.post("/accounts/authorize", data={**ASKED, "listener": "eve", "answer": "agree"})

    assert (page.status_code, page.text) == (400, "Unknown listener")


def test_only_the_named_client_and_redirect_are_accepted_where_they_are_named(http):
    with Sandbox(now=NOON, client_id="app", redirect_uris=(CALLBACK,)) as sandbox:
        client = Client(sandbox, http)
        answers = [
            client.get("/accounts/authorize", params=ASKED).status_code,
            client.get("/accounts/authorize", params={**ASKED, "client_id": "other"}).status_code,
            client.get("/accounts/authorize", params={**ASKED, "redirect_uri": CALLBACK[:-1]}).status_code,
        ]
        code = sandbox.authorize_code("noor", redirect_uri=CALLBACK, client_id="other")
        exchange = tokens_for(client, code, client_id="other")

    assert answers == [200, 400, 400]
    assert exchange == refusal("invalid_client", "Invalid client")


def test_code_works_once(sandbox, anyone):
    code = sandbox.authorize_code("noor", redirect_uri=CALLBACK, client_id="app")

    assert tokens_for(anyone, code)[0] == 200
    assert tokens_for(anyone, code) == refusal("invalid_grant", "Invalid authorization code")


def test_code_dies_after_ten_minutes(sandbox, anyone):
    code = sandbox.authorize_code("noor", redirect_uri=CALLBACK, client_id="app")
    sandbox.advance(601)

    assert tokens_for(anyone, code) == refusal("invalid_grant", "Authorization code expired")


def test_code_needs_the_same_redirect_and_client(sandbox, anyone):
    codes = [sandbox.authorize_code("noor", redirect_uri=CALLBACK, client_id="app") for _ in range(2)]

    assert tokens_for(anyone, codes[0], redirect_uri=CALLBACK[:-1]) == refusal(
        "invalid_grant", "Invalid redirect URI"
    )
    assert tokens_for(anyone, codes[1], client_id="other") == refusal(
        "invalid_grant", "Invalid authorization code"
    )


@pytest.mark.parametrize("verifier", ["", "another-verifier-of-more-than-forty-three-characters"])
def test_code_with_a_challenge_needs_its_verifier(sandbox, anyone, verifier):
    challenge = s256(VERIFIER)
    code = sandbox.authorize_code("noor", redirect_uri=CALLBACK, client_id="app", code_challenge=challenge)

    assert tokens_for(anyone, code, code_verifier=verifier) == refusal(
        "invalid_grant", "code_verifier was incorrect"
    )


def test_code_with_a_challenge_is_exchanged_with_its_verifier(sandbox, anyone):
    asked = {**ASKED, "code_challenge_method": "S256", "code_challenge": s256(VERIFIER)}
    answer = anyone.post("/accounts/authorize", data={**asked, "listener": "noor", "answer": "agree"})

    assert tokens_for(anyone, sent_back(answer)["code"][0], code_verifier=VERIFIER)[0] == 200


def test_challenge_is_that_of_the_standard():
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert s256(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_client_may_send_its_credentials_in_a_basic_header(sandbox, anyone):
    code = sandbox.authorize_code("noor", redirect_uri=CALLBACK, client_id="app")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    answer = anyone.post("/accounts/api/token", data=form, auth=("app", "secret"))

    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Basic !", "Basic YWJj=YWJj", "Basic YXBwOmJhZA=="])
def test_wrong_credentials_are_an_invalid_client(anyone, header):
    form = {"grant_type": "refresh_token", "refresh_token": "x"}

    answer = anyone.post("/accounts/api/token", data=form, headers={"Authorization": header})

    assert (answer.status_code, answer.json()) == refusal("invalid_client", "Invalid client")


def test_token_endpoint_names_what_is_missing(anyone):
    assert refreshed(anyone, "") == refusal("invalid_request", "refresh_token must be supplied")
    assert refreshed(anyone, "x", grant_type="password") == refusal(
        "unsupported_grant_type", "grant_type parameter is missing or unknown"
    )


@pytest.mark.parametrize("token", ["x", "AQx.y", "AQ", "BQx.y"])
def test_foreign_refresh_token_is_refused(anyone, token):
    assert refreshed(anyone, token) == refusal("invalid_grant", "Invalid refresh token")


def test_access_token_does_not_refresh(sandbox, anyone):
    access_token = sandbox.grant("noor")["access_token"]

    assert refreshed(anyone, access_token) == refusal("invalid_grant", "Invalid refresh token")
    assert refreshed(anyone, "AQ" + access_token[2:]) == refusal("invalid_grant", "Invalid refresh token")


def test_refreshing_keeps_the_refresh_token_when_rotation_is_off(sandbox, anyone):
    tokens = sandbox.grant("noor", scopes=["user-top-read"])

    status, fresh = refreshed(anyone, tokens["refresh_token"])

    assert status == 200
    assert faults(fresh, TOKENS) == []
    assert ("refresh_token" in fresh, fresh["scope"]) == (False, "user-top-read")


def test_refreshing_with_another_client_is_refused(sandbox, anyone):
    token = sandbox.grant("noor")["refresh_token"]

    assert refreshed(anyone, token, client_id="other") == refusal("invalid_grant", "Invalid refresh token")


def test_rotated_refresh_token_used_twice_kills_the_grant(sandbox, anyone):
    sandbox.rotate(on=True)
    first = sandbox.grant("noor")["refresh_token"]

    second = refreshed(anyone, first)[1]
    reused = refreshed(anyone, first)
    after = refreshed(anyone, second["refresh_token"])

    assert reused == refusal("invalid_grant", "Refresh token revoked")
    assert after == refusal("invalid_grant", "Refresh token revoked")
    assert Client(sandbox, anyone.session, second["access_token"]).get("/v1/me").status_code == 401


def test_rotation_goes_on_from_token_to_token(http):
    with Sandbox(now=NOON, rotate_refresh_tokens=True) as sandbox:
        client, token = Client(sandbox, http), sandbox.grant("noor")["refresh_token"]
        statuses = []
        for _ in range(3):
            status, tokens = refreshed(client, token)
            statuses.append(status)
            token = tokens["refresh_token"]

    assert statuses == [200, 200, 200]


def test_revoking_kills_both_tokens_until_a_new_consent(sandbox, noor, anyone):
    old = sandbox.grant("noor")
    sandbox.revoke("noor")

    assert noor.get("/v1/me").status_code == 401
    assert refreshed(anyone, old["refresh_token"]) == refusal("invalid_grant", "Refresh token revoked")
    assert refreshed(anyone, sandbox.grant("noor")["refresh_token"])[0] == 200


@pytest.mark.parametrize(("days", "status"), [(181, 200), (183, 400)])
def test_refresh_token_dies_six_months_after_consent(sandbox, anyone, days, status):
    token = sandbox.grant("noor")["refresh_token"]
    sandbox.age_grants(days)

    assert refreshed(anyone, token)[0] == status
    assert refreshed(anyone, sandbox.grant("noor")["refresh_token"])[0] == 200


def test_refresh_token_dies_as_the_clock_moves(sandbox, anyone):
    token = sandbox.grant("noor")["refresh_token"]
    sandbox.advance(183 * 86_400)

    assert refreshed(anyone, token) == refusal("invalid_grant", "Refresh token expired")


def test_access_token_lives_one_hour(sandbox, noor):
    sandbox.advance(3_599)
    before = noor.get("/v1/me").status_code
    sandbox.advance(2)

    assert (before, noor.get("/v1/me").status_code) == (200, 401)


def test_expired_access_tokens_can_be_refreshed(sandbox, anyone):
    tokens = sandbox.grant("noor")
    sandbox.expire_access_tokens()

    expired = Client(sandbox, anyone.session, tokens["access_token"]).get("/v1/me")
    fresh = refreshed(anyone, tokens["refresh_token"])[1]["access_token"]

    assert expired.status_code == 401
    assert Client(sandbox, anyone.session, fresh).get("/v1/me").status_code == 200


def test_tokens_outlive_a_restart_with_the_same_seed_only(http):
    with Sandbox(now=NOON, seed=7) as first:
        token = first.grant("noor")["access_token"]
    with Sandbox(now=NOON, seed=7) as same, Sandbox(now=NOON, seed=8) as other:
        statuses = [Client(world, http, token).get("/v1/me").status_code for world in (same, other)]

    assert statuses == [200, 401]
