"""Signing in with Spotify, from the button to the grant."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Connection, User
from accounts.oauth.adapter import AccountAdapter, SocialAccountAdapter
from jobs.models import Job
from tests.accounts.conftest import READ, Browser, query_of

SAVING = {"playlist-modify-private", "playlist-modify-public", "ugc-image-upload"}


def test_login_asks_spotify_with_pkce_state_and_our_own_callback(browser, sandbox):
    location = browser.start()

    asked = query_of(location)
    assert location.startswith(f"{sandbox.accounts_url}/authorize?")
    assert len(asked.pop("state")) == 43
    assert len(asked.pop("code_challenge")) == 43
    assert set(asked.pop("scope").split()) == READ
    assert asked == {
        "client_id": "test-client",
        "redirect_uri": "http://127.0.0.1:8000/accounts/spotify/login/callback/",
        "response_type": "code",
        "code_challenge_method": "S256",
    }


def test_login_ignores_scope_and_parameters_of_the_visitor(browser, sandbox):
    hostile = "?scope=evil&auth_params=scope%3Devil%26redirect_uri%3Dhttps%3A%2F%2Fevil.example"
    location = browser.start(f"/accounts/spotify/login/{hostile}")

    asked = query_of(location)
    assert set(asked["scope"].split()) == READ
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/accounts/spotify/login/callback/"


def test_login_by_get_only_shows_a_button(browser, sandbox):
    answer = browser.client.get("/accounts/spotify/login/")

    assert answer.status_code == 200
    assert sandbox.journal() == []


def test_login_moves_a_visitor_of_localhost_to_the_address_spotify_knows(client, db):
    answer = client.get("/accounts/spotify/login/?next=/tracks/", headers={"host": "localhost:8000"})

    assert (answer.status_code, answer["Location"]) == (
        302,
        "http://127.0.0.1:8000/accounts/spotify/login/?next=/tracks/",
    )


def test_sign_in_makes_a_person_with_an_encrypted_grant(browser, sandbox):
    answer = browser.sign_in("noor")

    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    connection = Connection.objects.get()
    assert browser.client.session["_auth_user_id"] == str(connection.user_id)
    assert connection.account_id == SocialAccount.objects.get().uid != "noor"
    assert (connection.spotify_user_id, connection.state) == ("noor", "active")
    assert set(connection.scopes) == READ
    assert timezone.now() - connection.authorized_at < timedelta(seconds=30)
    assert str(connection.access_token).startswith("BQ")
    assert str(connection.refresh_token).startswith("AQ")


def test_sign_in_starts_fetching_the_library(browser, sandbox):
    browser.sign_in("noor")

    user = User.objects.get()
    assert list(Job.objects.values_list("kind", "user_id", "key")) == [
        ("library.sync", user.pk, str(user.pk))
    ]


def test_sign_in_leaves_tokens_nowhere_else(browser, sandbox):
    browser.sign_in("noor")

    connection = Connection.objects.get()
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [str(row) for row in SocialAccount.objects.values()]
    kept += [str(row) for row in AuditEvent.objects.values()]
    assert SocialToken.objects.count() == 0
    assert [text for text in kept if str(connection.access_token) in text] == []
    assert [text for text in kept if str(connection.refresh_token) in text] == []


def test_sign_in_tells_no_code_or_token_in_a_log(browser, sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    location = browser.agree(browser.start())

    browser.come_back(location)

    connection = Connection.objects.get()
    secrets = [query_of(location)["code"], str(connection.access_token), str(connection.refresh_token)]
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_sign_in_sends_the_token_in_a_header_and_credentials_by_basic_auth(browser, sandbox):
    browser.sign_in("noor")

    sent = [r for r in sandbox.journal() if r.kind in {"token", "me"}]
    assert [(r.kind, r.query, r.authorization) for r in sent] == [
        ("token", {}, "Basic"),
        ("me", {}, "Bearer"),
    ]


def test_sign_in_twice_makes_one_person(sandbox, db):
    Browser().sign_in("noor")

    Browser().sign_in("noor")

    assert (User.objects.count(), SocialAccount.objects.count(), Connection.objects.count()) == (1, 1, 1)


def test_sign_in_changes_the_session_key(browser, sandbox):
    location = browser.start()
    before = browser.client.session.session_key

    browser.come_back(browser.agree(location))

    assert browser.client.session.session_key != before


def test_two_listeners_become_two_people(sandbox, db):
    Browser().sign_in("noor")

    Browser().sign_in("sam")

    assert sorted(Connection.objects.values_list("spotify_user_id", flat=True)) == ["noor", "sam"]


def test_person_first_known_by_user_id_is_matched_once_account_id_is_there(sandbox, db):
    sandbox.fail("me", times=1, status=200, body={"id": "noor", "display_name": "Noor"})
    Browser().sign_in("noor")

    Browser().sign_in("noor")

    account = SocialAccount.objects.get()
    assert (User.objects.count(), account.uid) == (1, Connection.objects.get().account_id)
    assert account.uid != "noor"


def test_person_known_by_account_id_is_found_where_an_answer_lacks_it(sandbox, db):
    Browser().sign_in("noor")
    uid = SocialAccount.objects.get().uid
    sandbox.fail("me", times=1, status=200, body={"id": "noor", "display_name": "Noor"})

    Browser().sign_in("noor")

    assert (User.objects.count(), SocialAccount.objects.get().uid) == (1, uid)


def test_person_without_any_name_can_sign_in(browser, sandbox):
    sandbox.fail("me", times=1, status=200, body={"account_id": "a1", "id": "x", "display_name": None})

    browser.sign_in("noor")

    assert User.objects.get().username == "user"


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (
            {"kind": "me", "status": 403, "body": {"error": {"status": 403, "message": "Forbidden"}}},
            403,
            "not_allowed",
        ),
        (
            {"kind": "me", "status": 403, "body": "User not registered in the Developer Dashboard"},
            403,
            "not_allowed",
        ),
        ({"kind": "me", "status": 429, "retry_after": 5}, 401, "busy"),
        ({"kind": "me", "status": 500, "body": "<html>oops</html>"}, 401, "spotify_down"),
        ({"kind": "me", "status": 200, "body": "[]"}, 401, "spotify_down"),
        ({"kind": "me", "status": 200, "body": {}}, 401, "spotify_down"),
        ({"kind": "me", "truncate": True}, 401, "spotify_down"),
        ({"kind": "token", "status": 503, "body": "<html>"}, 401, "spotify_down"),
        ({"kind": "token", "status": 429}, 401, "busy"),
        ({"kind": "token", "lose_answer": True}, 401, "spotify_down"),
        (
            {"kind": "token", "status": 302, "headers": {"Location": "https://evil.example/"}},
            401,
            "spotify_down",
        ),
        ({"kind": "token", "status": 200, "body": {"access_token": "BQx"}}, 401, "spotify_down"),
        ({"kind": "token", "status": 200, "body": "null"}, 401, "spotify_down"),
        ({"kind": "token", "status": 400, "body": {"error": "invalid_client"}}, 401, "misconfigured"),
        ({"kind": "token", "status": 400, "body": {"error": "invalid_grant"}}, 401, "stale"),
    ],
)
def test_sign_in_ends_in_words_when(failure, status, words, browser, sandbox):
    sandbox.fail(**failure)

    answer = browser.sign_in("noor")

    assert answer.status_code == status
    assert f'data-failure="{words}"' in answer.content.decode()
    assert (User.objects.count(), Connection.objects.count()) == (0, 0)


@pytest.mark.parametrize("plain_text", [True, False])
def test_listener_who_is_not_allow_listed_is_told_whom_to_ask(browser, sandbox, plain_text):
    sandbox.forbid("noor", plain_text=plain_text)

    answer = browser.sign_in("noor")

    assert answer.status_code == 403
    assert "Ask the person who runs this site" in answer.content.decode()


def test_refused_consent_is_a_page_in_words(browser, sandbox):
    answer = browser.come_back(browser.agree(browser.start(), answer="cancel"))

    assert 'data-failure="refused"' in answer.content.decode()
    assert User.objects.count() == 0


def test_spotify_that_is_not_there_is_a_page_in_words(browser, sandbox, settings):
    location = browser.agree(browser.start())
    settings.SPOTIFY_ACCOUNTS_URL = "http://127.0.0.1:9/accounts"

    answer = browser.come_back(location)

    assert 'data-failure="spotify_down"' in answer.content.decode()


@pytest.mark.parametrize("path", ["/accounts/spotify/login/", "/accounts/spotify/login/callback/"])
def test_site_without_an_app_of_spotify_says_so(client, db, settings, path):
    settings.SPOTIFY_CLIENT_ID = ""

    answer = client.get(path)

    assert answer.status_code == 404
    assert 'data-failure="not_set_up"' in answer.content.decode()


# --- The state -----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["", "state=", "state=wrong"])
def test_callback_is_refused_with_a_state_that_is_missing_or_wrong(browser, sandbox, change):
    location = browser.agree(browser.start())
    code = query_of(location)["code"]

    answer = browser.client.get(f"{urlsplit(location).path}?code={code}&{change}")

    assert answer.status_code == 401
    assert 'data-failure="stale"' in answer.content.decode()
    assert User.objects.count() == 0


def test_callback_is_refused_when_its_state_was_used(browser, sandbox):
    location = browser.agree(browser.start())
    browser.come_back(location)
    browser.client.logout()

    answer = browser.come_back(location)

    assert answer.status_code == 401
    assert "_auth_user_id" not in browser.client.session


def test_callback_is_refused_in_another_session(browser, sandbox):
    location = browser.agree(browser.start())
    other = Browser()
    other.start()

    answer = other.come_back(location)

    assert answer.status_code == 401
    assert User.objects.count() == 0


def test_callback_is_refused_when_its_code_was_used(browser, sandbox):
    used = query_of(browser.agree(browser.start()))
    fresh_state = query_of(browser.start())["state"]
    browser.come_back(f"/accounts/spotify/login/callback/?code={used['code']}&state={used['state']}")
    browser.client.post("/accounts/logout/")
    state = query_of(browser.start())["state"]

    answer = browser.come_back(f"/accounts/spotify/login/callback/?code={used['code']}&state={state}")

    assert fresh_state != state
    assert 'data-failure="stale"' in answer.content.decode()


def test_callback_with_an_error_other_than_a_refusal_is_a_page_in_words(browser, sandbox):
    state = query_of(browser.start())["state"]

    answer = browser.client.get(f"/accounts/spotify/login/callback/?error=server_error&state={state}")

    assert (answer.status_code, User.objects.count()) == (401, 0)
    assert 'data-failure="stale"' in answer.content.decode()


OFF_SITE = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "ftp://evil.example/",
    "https://127.0.0.1:8000@evil.example/",
    "https://127.0.0.1:8000.evil.example/",
    "https://evil.example#127.0.0.1:8000",
    "https://evil.example?127.0.0.1:8000",
    "https://evil.example\\@testserver/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://testserver:1234@evil.example",
    "http:\\\\evil.example",
    "\thttps://evil.example",
    " https://evil.example",
    "\x00https://evil.example",
    "https://evil.example/settings/",
    "//evil.example/settings/",
    "//evil.example:8000/settings/",
    "https://[::1]@evil.example/",
    "https://ⓔvil.example/",
    "//google.com/%2f..",
    "https://evil.example%2f@testserver.evil.example/",
    "http://0x7f000001/",
    "http://localhost.evil.example:8000/",
    "blob:https://evil.example/1",
    "mailto:eve@evil.example",
]


@pytest.mark.parametrize("address", OFF_SITE)
def test_sign_in_never_leads_off_the_site(browser, sandbox, settings, address):
    settings.LOGIN_REDIRECT_URL = "/settings/"

    answer = browser.sign_in("noor", next=address)

    assert (answer.status_code, answer["Location"]) == (302, "/settings/")


def test_there_are_forty_addresses_off_the_site():
    assert len(set(OFF_SITE)) == 40


# --- People with a password ----------------------------------------------------------------------


def signed_in(user: User) -> Browser:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Browser(client)


def test_person_with_a_password_can_connect_spotify(alice, sandbox):
    answer = signed_in(alice).sign_in("noor", process="connect")

    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    assert User.objects.get().connection.spotify_user_id == "noor"


def test_signed_in_person_who_signs_in_with_spotify_stays_one_person(alice, sandbox):
    browser = signed_in(alice)

    browser.sign_in("noor")

    assert list(Connection.objects.values_list("user__username", flat=True)) == ["alice"]
    assert User.objects.count() == 1


def test_stranger_cannot_connect(browser, sandbox):
    browser.sign_in("noor", process="connect")

    assert User.objects.get().connection.spotify_user_id == "noor"


def test_connecting_an_account_of_somebody_else_is_refused_in_words(alice, sandbox):
    Browser().sign_in("noor")

    answer = signed_in(alice).sign_in("noor", process="connect")

    assert answer.status_code == 409
    assert 'data-failure="taken"' in answer.content.decode()
    assert not Connection.objects.filter(user=alice).exists()


def test_connecting_a_second_account_is_refused_in_words(alice, sandbox):
    signed_in(alice).sign_in("noor", process="connect")

    answer = signed_in(alice).sign_in("sam", process="connect")

    assert answer.status_code == 409
    assert 'data-failure="other_account"' in answer.content.decode()
    assert Connection.objects.get().spotify_user_id == "noor"


def test_refused_consent_offers_the_way_back(alice, sandbox):
    browser = signed_in(alice)

    location = browser.agree(browser.start(next="/playlists/", process="connect"), answer="cancel")
    answer = browser.come_back(location)

    assert 'href="/playlists/"' in answer.content.decode()


def test_saving_is_allowed_step_by_step(alice, sandbox):
    browser = signed_in(alice)
    browser.sign_in("noor", process="connect")

    location = browser.start("/accounts/spotify/allow-saving/", next="/playlists/")
    answer = browser.come_back(browser.agree(location))

    asked = query_of(location)
    assert (set(asked["scope"].split()), asked["show_dialog"]) == (READ | SAVING, "true")
    assert (answer.status_code, answer["Location"]) == (302, "/playlists/")
    assert set(Connection.objects.get().scopes) == READ | SAVING


def test_signing_in_again_keeps_the_wider_grant(alice, sandbox):
    browser = signed_in(alice)
    browser.sign_in("noor", process="connect")
    browser.come_back(browser.agree(browser.start("/accounts/spotify/allow-saving/")))

    Browser().sign_in("noor")

    assert set(Connection.objects.get().scopes) == READ | SAVING


def test_reconnecting_asks_for_what_was_allowed_and_starts_the_six_months_anew(alice, sandbox):
    browser = signed_in(alice)
    browser.sign_in("noor", process="connect")
    browser.come_back(browser.agree(browser.start("/accounts/spotify/allow-saving/")))
    long_ago = timezone.now() - timedelta(days=170)
    Connection.objects.update(authorized_at=long_ago, state="needs_reconnect", broken_at=timezone.now())

    location = browser.start("/accounts/spotify/reconnect/")
    browser.come_back(browser.agree(location))

    assert set(query_of(location)["scope"].split()) == READ | SAVING
    connection = Connection.objects.get()
    assert (connection.state, connection.broken_at) == ("active", None)
    assert connection.days_left(timezone.now()) == 181


@pytest.mark.parametrize("address", ["/accounts/spotify/allow-saving/", "/accounts/spotify/reconnect/"])
def test_asking_for_more_needs_a_person_a_post_and_an_app(address, alice, client, settings):
    assert client.post(address)["Location"].startswith("/accounts/login/")
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 405
    settings.SPOTIFY_CLIENT_ID = ""
    assert client.post(address).status_code == 404


def test_asking_for_more_never_leads_off_the_site(alice, sandbox):
    browser = signed_in(alice)

    location = browser.start("/accounts/spotify/allow-saving/", next="https://evil.example/")
    answer = browser.come_back(browser.agree(location))

    assert answer["Location"] == "/settings/"


# --- Who may come in -----------------------------------------------------------------------------


def test_closed_registration_lets_no_new_spotify_person_in(browser, sandbox, settings):
    settings.REGISTRATION_OPEN = False

    answer = browser.sign_in("noor")

    assert (answer.status_code, User.objects.count(), Connection.objects.count()) == (200, 0, 0)
    assert next(t.name for t in answer.templates) == "account/signup_closed.html"


def test_closed_registration_lets_known_spotify_people_in(sandbox, settings, db):
    Browser().sign_in("noor")
    settings.REGISTRATION_OPEN = False

    answer = Browser().sign_in("noor")

    assert answer["Location"] == "/settings/"


def test_closed_registration_lets_nobody_sign_up(client, db, settings):
    settings.REGISTRATION_OPEN = False
    form = {"username": "eve", "password1": "correct horse battery", "password2": "correct horse battery"}

    client.post("/accounts/signup/", form)

    assert User.objects.count() == 0


def test_person_who_was_switched_off_gets_no_grant(sandbox, db):
    Browser().sign_in("noor")
    User.objects.update(is_active=False)
    Connection.objects.all().delete()

    Browser().sign_in("noor")

    assert Connection.objects.count() == 0


def test_allauth_cannot_disconnect_behind_our_back(alice, sandbox):
    browser = signed_in(alice)
    browser.sign_in("noor", process="connect")

    browser.client.post("/accounts/3rdparty/", {"account": SocialAccount.objects.get().pk})

    assert (SocialAccount.objects.count(), Connection.objects.count()) == (1, 1)


# --- Too many tries ------------------------------------------------------------------------------


def test_twenty_wrong_passwords_close_the_door_for_the_right_one(alice, client):
    for _ in range(20):
        client.post("/accounts/login/", {"login": "alice", "password": "wrong"})

    client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery staple"})

    assert "_auth_user_id" not in client.session


def test_right_passwords_use_up_no_attempts(alice, settings):
    settings.LOGIN_REDIRECT_URL = "/settings/"
    for _ in range(22):
        client = Client()
        client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery staple"})

    assert client.session["_auth_user_id"] == str(alice.pk)


def test_starting_with_spotify_too_often_is_refused_in_words(browser, sandbox):
    for _ in range(20):
        browser.start()

    answer = browser.client.post("/accounts/spotify/login/")

    assert answer.status_code == 429
    assert 'data-failure="throttled"' in answer.content.decode()


# --- Two at a time -------------------------------------------------------------------------------


def test_account_that_is_being_made_in_another_tab_asks_to_start_again(sandbox, db, rf):
    Browser().sign_in("noor")
    request = rf.get("/")
    described = {"uid": SocialAccount.objects.get().uid, "id": "noor", "display_name": "Noor"}
    adapter = SocialAccountAdapter()
    login = adapter.get_provider(request, "spotify").sociallogin_from_response(request, described)

    with pytest.raises(ImmediateHttpResponse) as raised:
        adapter.save_user(request, login)

    assert 'data-failure="stale"' in raised.value.response.content.decode()
    assert User.objects.count() == 1


def test_grant_that_another_person_holds_is_refused_in_words(alice, bob, sandbox):
    Browser().sign_in("noor")
    Connection.objects.update(user=bob)
    SocialAccount.objects.all().delete()

    answer = signed_in(alice).sign_in("noor", process="connect")

    assert answer.status_code == 409
    assert 'data-failure="taken"' in answer.content.decode()
    assert Connection.objects.get().user == bob


def test_chosen_language_comes_along_to_a_new_device(alice, client, settings):
    settings.LOGIN_REDIRECT_URL = "/settings/"
    User.objects.update(language="de")

    answer = client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery staple"})

    assert answer.cookies["django_language"].value == "de"


def test_signing_in_and_out_is_in_the_audit_log(alice, client, settings):
    settings.LOGIN_REDIRECT_URL = "/settings/"
    client.post("/accounts/login/", {"login": "alice", "password": "correct horse battery staple"})
    client.post("/accounts/logout/")

    lines = AuditEvent.objects.order_by("pk").values_list("kind", "user", "detail")
    assert list(lines) == [("signed_in", alice.pk, {}), ("signed_out", alice.pk, {})]


def test_failed_sign_in_is_in_the_audit_log_without_the_name(alice, client):
    client.post("/accounts/login/", {"login": "alice", "password": "wrong"})

    lines = AuditEvent.objects.values_list("kind", "user", "detail")
    assert list(lines) == [("sign_in_failed", None, {"way": "password"})]


def test_address_of_the_callback_cannot_fill_the_audit_log(client, db):
    client.get("/accounts/spotify/login/callback/?state=x&code=y")

    assert AuditEvent.objects.count() == 0


def test_signing_out_without_being_signed_in_leaves_no_trace(client, db, rf):
    request = rf.post("/")
    request.session, request.user = client.session, AnonymousUser()

    AccountAdapter().logout(request)

    assert AuditEvent.objects.count() == 0
