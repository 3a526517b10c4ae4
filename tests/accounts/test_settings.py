"""The settings page and what can be done on it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import ApiToken, Connection, User
from accounts.services.tokens import make_token
from jobs.models import Job
from tests.accounts.conftest import connected

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"
PREFERENCES = {
    "time_zone": "Europe/Berlin",
    "language": "de",
    "allow_explicit": "",
    "leave_out_incognito": "on",
    "use_corrections": "",
}
POSTS = [
    "/settings/preferences/",
    "/settings/time-zone/",
    "/settings/password/",
    "/settings/tokens/",
    "/settings/tokens/1/revoke/",
    "/settings/spotify/disconnect/",
    "/settings/delete/",
]


@pytest.fixture
def page(client, alice):
    client.force_login(alice, backend=PASSWORD_BACKEND)
    return client


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize("path", ["/settings/", *POSTS])
def test_stranger_is_sent_to_sign_in(client, db, path):
    answer = client.get(path) if path == "/settings/" else client.post(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", POSTS)
def test_nothing_changes_by_get(page, path):
    assert page.get(path).status_code == 405


def test_page_offers_to_connect_spotify(page):
    answer = page.get("/settings/")

    assert answer.status_code == 200
    assert 'action="/accounts/spotify/login/?process=connect"' in answer.content.decode()


def test_page_says_so_where_the_site_has_no_spotify(page, settings):
    settings.SPOTIFY_CLIENT_ID = ""

    assert "This site is not connected to Spotify" in text_of(page.get("/settings/"))


def test_page_shows_the_days_that_are_left_and_never_a_token(page, alice, sandbox):
    connection = connected(alice, sandbox, at=datetime.now(UTC) - timedelta(days=10))

    answer = page.get("/settings/")

    assert "in 171 days" in text_of(answer)
    assert str(connection.access_token) not in answer.content.decode()
    assert str(connection.refresh_token) not in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "needs_reconnect"}, "Spotify needs your permission again"),
        ({"state": "not_allowed"}, "Spotify does not let this site work for you"),
        ({"authorized_at": datetime.now(UTC) - timedelta(days=175, hours=1)}, "ends in 6 days"),
    ],
)
def test_page_tells_what_is_wrong_with_the_connection(page, alice, sandbox, changes, words):
    connected(alice, sandbox)
    Connection.objects.update(**changes)

    assert words in text_of(page.get("/settings/"))


def test_page_counts_no_days_of_a_permission_that_is_gone(page, alice, sandbox):
    connected(alice, sandbox)
    Connection.objects.update(state="needs_reconnect")

    assert "Permission ends" not in text_of(page.get("/settings/"))


def test_page_asks_as_many_questions_for_three_tokens_as_for_one(
    page, alice, django_assert_num_queries, django_assert_max_num_queries
):
    page.get("/settings/")

    def queries(count: int) -> int:
        for number in range(count):
            make_token(
                alice, name=f"t{number}", scopes=["read"], life=timedelta(days=1), now=datetime.now(UTC)
            )
        with django_assert_max_num_queries(12) as asked:
            page.get("/settings/")
        return len(asked)

    assert queries(1) == queries(2)


def test_preferences_are_kept(page, alice):
    answer = page.post("/settings/preferences/", PREFERENCES)

    alice.refresh_from_db()
    kept = (alice.time_zone, alice.language, alice.allow_explicit)
    assert (*kept, alice.leave_out_incognito, alice.use_corrections) == (
        "Europe/Berlin",
        "de",
        False,
        True,
        False,
    )
    assert (answer["Location"], answer.cookies["django_language"].value) == ("/settings/", "de")


def test_unset_language_is_forgotten_by_the_browser_too(page):
    answer = page.post("/settings/preferences/", {**PREFERENCES, "language": ""})

    assert answer.cookies["django_language"].value == ""


def test_unknown_time_zone_is_refused_in_place(page, alice):
    answer = page.post("/settings/preferences/", {**PREFERENCES, "time_zone": "Mars/Olympus"})

    alice.refresh_from_db()
    assert (answer.status_code, alice.time_zone) == (200, "")
    assert answer.context["preferences_form"].errors.keys() == {"time_zone"}


def test_time_zone_of_the_browser_is_taken_once(page, alice):
    answers = [
        page.post("/settings/time-zone/", {"time_zone": zone}).status_code
        for zone in ("Asia/Kathmandu", "Europe/Berlin", "nonsense")
    ]

    alice.refresh_from_db()
    assert (answers, alice.time_zone) == ([204, 204, 400], "Asia/Kathmandu")


def test_pages_are_drawn_in_the_listeners_time_zone(page, alice, sandbox):
    User.objects.update(time_zone="Pacific/Kiritimati")
    connected(alice, sandbox, at=datetime(2026, 11, 1, 20, tzinfo=UTC))

    assert "May 3, 2027" in text_of(page.get("/settings/"))


def test_visit_is_noted_once_in_a_quarter_of_an_hour(page, alice):
    page.get("/settings/")
    alice.refresh_from_db()
    first = alice.last_seen_at
    page.get("/settings/")
    alice.refresh_from_db()

    assert datetime.now(UTC) - first < timedelta(seconds=30)
    assert alice.last_seen_at == first


# --- Tokens --------------------------------------------------------------------------------------


def test_new_token_is_shown_once_and_works(page, alice, client):
    form = {"name": "my script", "access": "read write", "days": 30}

    shown = page.post("/settings/tokens/", form).content.decode()
    later = page.get("/settings/").content.decode()

    assert 'action="/settings/tokens/#tokens"' in later
    assert "read and write · good until" in later
    secret = re.search(r'value="(moodsite_[\w-]{43})"', shown)[1]
    token = ApiToken.objects.get()
    assert secret not in later
    assert (token.user, token.name, token.scopes) == (alice, "my script", ["read", "write"])
    assert secret.startswith(token.prefix)
    assert secret not in str(ApiToken.objects.values())


@pytest.mark.parametrize("change", [{"name": ""}, {"access": "admin"}, {"days": 3650}, {"name": "x" * 81}])
def test_token_is_refused_with(page, change):
    answer = page.post("/settings/tokens/", {"name": "x", "access": "read", "days": 30, **change})

    assert (answer.status_code, ApiToken.objects.count()) == (200, 0)
    assert answer.context["token_form"].errors.keys() == change.keys()


def test_too_many_tokens_are_refused_in_words(page, alice):
    now = datetime.now(UTC)
    for number in range(50):
        make_token(alice, name=str(number), scopes=["read"], life=timedelta(days=1), now=now)

    answer = page.post("/settings/tokens/", {"name": "x", "access": "read", "days": 30})

    assert "Revoke a token first" in text_of(answer)


def test_revoked_token_is_gone_from_the_page(page, alice):
    token, _ = make_token(
        alice, name="my script", scopes=["read"], life=timedelta(days=1), now=datetime.now(UTC)
    )

    page.post(f"/settings/tokens/{token.pk}/revoke/")

    token.refresh_from_db()
    assert datetime.now(UTC) - token.revoked_at < timedelta(seconds=30)
    assert "my script" not in page.get("/settings/").content.decode()


def test_token_of_somebody_else_cannot_be_revoked(page, bob):
    token, _ = make_token(bob, name="b", scopes=["read"], life=timedelta(days=1), now=datetime.now(UTC))

    answer = page.post(f"/settings/tokens/{token.pk}/revoke/")

    token.refresh_from_db()
    assert (answer.status_code, token.revoked_at) == (404, None)


# --- Leaving -------------------------------------------------------------------------------------


def test_disconnecting_deletes_the_grant_at_once_and_starts_the_removal(page, alice, sandbox):
    connected(alice, sandbox)

    answer = page.post("/settings/spotify/disconnect/")

    assert (answer["Location"], Connection.objects.count()) == ("/settings/", 0)
    assert list(Job.objects.values_list("kind", "args")) == [
        ("accounts.leave_spotify", {"user_id": alice.pk})
    ]


def test_disconnecting_without_a_connection_does_nothing(page):
    assert page.post("/settings/spotify/disconnect/").status_code == 302
    assert Job.objects.count() == 0


def test_account_is_closed_at_once_and_its_deletion_started(page, alice):
    make_token(alice, name="x", scopes=["read"], life=timedelta(days=1), now=datetime.now(UTC))
    Job.objects.create(kind="library.sync", user=alice, key="1")

    answer = page.post("/settings/delete/", {"name": " alice "})

    alice.refresh_from_db()
    assert (answer["Location"], alice.is_active) == ("/", False)
    assert ApiToken.objects.get().revoked_at is not None
    assert set(Job.objects.values_list("kind", "state", "user")) == {
        ("library.sync", "cancelled", alice.pk),
        ("accounts.delete", "queued", None),
    }
    assert page.get("/settings/").status_code == 302


def test_account_is_not_deleted_by_a_slip(page, alice):
    answer = page.post("/settings/delete/", {"name": "alicia"})

    alice.refresh_from_db()
    assert (answer.status_code, alice.is_active, Job.objects.count()) == (200, True, 0)
    assert answer.context["delete_form"].errors.keys() == {"name"}


# --- Password ------------------------------------------------------------------------------------


def test_spotify_person_can_set_a_first_password_and_stays_signed_in(page, alice):
    alice.set_unusable_password()
    alice.save()
    page.force_login(alice, backend=PASSWORD_BACKEND)

    answer = page.post(
        "/settings/password/", {"new_password1": "a long new secret", "new_password2": "a long new secret"}
    )

    alice.refresh_from_db()
    assert (answer.status_code, alice.check_password("a long new secret")) == (302, True)
    assert page.get("/settings/").status_code == 200


def test_changing_a_password_needs_the_old_one(page, alice):
    new = {"new_password1": "a long new secret", "new_password2": "a long new secret"}

    refused = page.post("/settings/password/", {**new, "old_password": "wrong"})
    alice.refresh_from_db()
    unchanged = alice.check_password("correct horse battery staple")
    page.post("/settings/password/", {**new, "old_password": "correct horse battery staple"})

    alice.refresh_from_db()
    assert (refused.status_code, unchanged) == (200, True)
    assert alice.check_password("a long new secret")


# --- Privacy -------------------------------------------------------------------------------------


def test_everybody_may_read_what_is_kept(client, db):
    answer = client.get(reverse("privacy"))

    assert answer.status_code == 200
    assert "What is kept" in text_of(answer)
