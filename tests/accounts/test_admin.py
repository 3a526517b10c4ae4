"""What the person who runs the site sees: everything of use, never a token."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import ApiToken, Connection, QuotaFamily, RefreshBreaker, User
from accounts.quota import block_family
from accounts.services import Audited, record_audit
from accounts.services.tokens import make_token
from jobs.models import Job
from tests.accounts.conftest import connected

LISTS = ["user", "connection", "apitoken", "quotafamily", "refreshbreaker", "auditevent"]


@pytest.fixture
def admin(db) -> Client:
    boss = User.objects.create_superuser("boss", password="correct horse battery staple")
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def rows(alice, sandbox) -> dict[str, object]:
    """One row of everything, and the secrets that must not be seen."""
    now = datetime.now(UTC)
    connection = connected(alice, sandbox)
    token, secret = make_token(alice, name="script", scopes=["read"], life=timedelta(days=1), now=now)
    block_family("top", wait=timedelta(hours=1), quota=True, now=now)
    return {
        "user": alice,
        "connection": connection,
        "apitoken": token,
        "quotafamily": QuotaFamily.objects.get(),
        "refreshbreaker": RefreshBreaker.objects.create(pk=1, open_since=now),
        "auditevent": record_audit(Audited.EXPORTED, now=now, user=alice),
        "secrets": [str(connection.access_token), str(connection.refresh_token), secret, token.digest],
    }


@pytest.mark.parametrize("model", LISTS)
def test_admin_shows_rows_and_never_a_secret(admin, rows, model):
    row = rows[model]

    pages = [
        admin.get(f"/admin/accounts/{model}/?q=a"),
        admin.get(f"/admin/accounts/{model}/{row.pk}/change/"),
    ]

    text = "".join(page.content.decode() for page in pages)
    assert [page.status_code for page in pages] == [200, 200]
    assert [secret for secret in rows["secrets"] if secret in text] == []


@pytest.mark.parametrize("model", LISTS)
def test_admin_lets_nobody_delete_by_hand(admin, rows, model):
    row = rows[model]

    assert admin.post(f"/admin/accounts/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [name for name in LISTS if name != "user"])
def test_admin_lets_nobody_make_or_change_by_hand(admin, rows, model):
    row = rows[model]

    assert admin.get(f"/admin/accounts/{model}/add/").status_code == 403
    assert admin.post(f"/admin/accounts/{model}/{row.pk}/change/", {}).status_code == 403


def act(client: Client, model: str, action: str, *rows) -> None:
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    assert client.post(f"/admin/accounts/{model}/", form).status_code == 302


def test_admin_can_ask_to_reconnect(admin, rows):
    act(admin, "connection", "mark_for_reconnect", rows["connection"])

    connection = Connection.objects.get()
    assert (connection.state, connection.broken_why) == ("needs_reconnect", "asked")


def test_admin_can_disconnect(admin, rows):
    act(admin, "connection", "disconnect", rows["connection"])

    assert Connection.objects.count() == 0
    started = Job.objects.of_kind("accounts.leave_spotify").values_list("key", flat=True)
    assert list(started) == [str(rows["user"].pk)]


def test_admin_can_release_a_lease(admin, rows):
    Connection.objects.update(refresh_lease="6f9619ff-8b86-4d01-b42d-00cf4fc964ff")

    act(admin, "connection", "release_leases", rows["connection"])

    assert Connection.objects.get().refresh_lease is None


def test_admin_can_revoke_a_token(admin, rows):
    act(admin, "apitoken", "revoke", rows["apitoken"])

    assert ApiToken.objects.get().revoked_at is not None


def test_admin_can_lift_a_block(admin, rows):
    act(admin, "quotafamily", "lift", rows["quotafamily"])

    assert QuotaFamily.objects.get().blocked_until is None


def test_admin_can_believe_spotify_again(admin, rows):
    act(admin, "refreshbreaker", "close", rows["refreshbreaker"])

    assert RefreshBreaker.objects.get().open_since is None


def test_admin_can_delete_people_but_not_oneself(admin, rows):
    boss = User.objects.get(username="boss")

    act(admin, "user", "delete_with_everything", rows["user"], boss)

    assert dict(User.objects.values_list("username", "is_active")) == {"alice": False, "boss": True}
    assert list(Job.objects.values_list("kind", "key")) == [("accounts.delete", str(rows["user"].pk))]


def test_staff_who_may_only_look_cannot_act(rows, bob):
    bob.is_staff = True
    bob.save()
    bob.user_permissions.set(Permission.objects.filter(codename="view_connection"))
    client = Client()
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/admin/accounts/connection/").status_code == 200
    form = {"action": "mark_for_reconnect", "_selected_action": [rows["connection"].pk]}
    client.post("/admin/accounts/connection/", form)

    assert Connection.objects.get().state == "active"


def test_admin_sign_in_goes_through_the_limited_one(client, db):
    answer = client.get("/admin/login/?next=/admin/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")


def test_admin_is_closed_to_listeners(client, alice):
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("model", ["socialapp", "socialtoken", "socialaccount"])
def test_admin_has_no_place_for_secrets_of_spotify(admin, model):
    assert admin.get(f"/admin/socialaccount/{model}/").status_code == 404
