"""What the audit log says: everything that must be traceable, and above all what staff did."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from accounts.services import (
    Audited,
    ask_to_reconnect,
    connect_spotify,
    delete_account,
    disconnect_spotify,
    refreshing,
)
from accounts.services.keys import rotate_token_keys
from accounts.services.tokens import make_token, revoke_token
from jobs.models import Job
from spotify.errors import ReconnectNeeded
from tests.accounts.conftest import connected, grant_of
from tests.library.importing.builders import imported
from tests.security.world import fill

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def boss(db) -> User:
    return User.objects.create_superuser("boss", password="x")


@pytest.fixture
def staff(boss) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def lines(*kinds: str) -> list[tuple]:
    """Who it is about and what is told, in order."""
    rows = AuditEvent.objects.filter(kind__in=kinds).order_by("pk")
    return [(row.kind, row.user and row.user.get_username(), row.detail) for row in rows]


def test_staff_who_look_at_a_listener_leave_a_line(staff, boss, alice):
    staff.get(f"/admin/accounts/user/{alice.pk}/change/")

    told = {"by": boss.pk, "page": "accounts_user_change"}
    assert lines("seen_by_staff") == [("seen_by_staff", "alice", told)]


@pytest.mark.parametrize(
    ("address", "row"),
    [
        ("accounts/webhook/{}/change/", "webhook"),
        ("accounts/apitoken/{}/change/", "token"),
        ("playlists/playlist/{}/change/", "playlist"),
        ("library/historyimport/{}/change/", "import"),
        ("jobs/job/{}/history/", "job"),
    ],
)
def test_staff_who_look_at_a_row_of_a_listener_leave_a_line(staff, alice, address, row):
    rows = fill(alice)

    assert staff.get("/admin/" + address.format(rows[row].pk)).status_code == 200

    assert [(kind, name) for kind, name, _ in lines("seen_by_staff")] == [("seen_by_staff", "alice")]


@pytest.mark.parametrize(
    "address",
    ["", "overview/", "accounts/user/", "accounts/user/99999/change/", "accounts/user/x/change/", "nothing/"],
)
def test_page_about_nobody_leaves_no_line(staff, alice, address):
    staff.get(f"/admin/{address}", follow=True)

    assert lines("seen_by_staff", "acted_by_staff") == []


def test_page_of_a_track_is_about_nobody(staff, alice):
    track = fill(alice)["track"]

    assert staff.get(f"/admin/library/track/{track.pk}/change/").status_code == 200

    assert lines("seen_by_staff") == []


def test_action_of_staff_is_noted_with_its_rows(staff, boss, alice):
    job = Job.objects.create(kind="library.sync", state="failed", user=alice)

    staff.post("/admin/jobs/job/", {"action": "retry", "_selected_action": [str(job.pk)]})

    told = {"by": boss.pk, "page": "jobs_job_changelist", "action": "retry", "rows": [str(job.pk)]}
    assert lines("acted_by_staff") == [("acted_by_staff", None, told)]


def test_new_password_by_staff_is_noted_without_the_password(staff, boss, alice):
    new = "a quite long passphrase"

    staff.post(f"/admin/accounts/user/{alice.pk}/password/", {"password1": new, "password2": new})

    told = {"by": boss.pk, "page": "auth_user_password_change"}
    assert lines("acted_by_staff") == [("acted_by_staff", "alice", told)]


def test_form_with_faults_leaves_no_line(staff, alice):
    staff.post(f"/admin/accounts/user/{alice.pk}/password/", {"password1": "x", "password2": "y"})

    assert lines("acted_by_staff") == []


def test_listener_whom_the_admin_turns_away_leaves_no_line(client, alice, bob):
    client.force_login(alice)

    client.get(f"/admin/accounts/user/{bob.pk}/change/")

    assert lines("seen_by_staff", "acted_by_staff") == []


# --- Each event that must be traceable; signing in and out is in tests/accounts/test_oauth.py ----


def test_life_of_a_grant_is_in_the_log(alice, sandbox):
    grant = grant_of(sandbox, "noor", at=NOW)
    connect_spotify(alice, grant)
    ask_to_reconnect(alice, now=NOW)
    disconnect_spotify(alice, now=NOW)

    assert lines("spotify_connected", "spotify_broken", "spotify_disconnected") == [
        ("spotify_connected", "alice", {"scopes": sorted(grant.scopes)}),
        ("spotify_broken", "alice", {"why": "asked"}),
        ("spotify_disconnected", "alice", {}),
    ]


def test_refused_grant_is_in_the_log(alice, sandbox):
    connected(alice, sandbox)
    sandbox.revoke("noor")

    with pytest.raises(ReconnectNeeded):
        refreshing.fresh_access(alice.pk, now=datetime.now(UTC))

    assert lines("spotify_broken") == [("spotify_broken", "alice", {"why": "refused"})]


def test_life_of_a_token_is_in_the_log(alice):
    token, _ = make_token(alice, name="script", scopes=["read"], life=timedelta(days=1), now=NOW)
    revoke_token(token, now=NOW)

    assert lines("token_made", "token_revoked") == [
        ("token_made", "alice", {"token": token.pk, "scopes": ["read"]}),
        ("token_revoked", "alice", {"token": token.pk}),
    ]


def test_import_is_in_the_log(alice):
    imported(alice, [])

    assert [(kind, name, detail["rows"]) for kind, name, detail in lines("imported")] == [
        ("imported", "alice", 0)
    ]


def test_deletion_and_rotation_are_in_the_log_without_a_name(alice):
    delete_account(alice.pk, now=NOW)
    rotate_token_keys(now=NOW)

    nothing = {"rotated": 0, "current": 0, "changed_meanwhile": 0, "unreadable": 0}
    assert lines("account_deleted", "keys_rotated") == [
        ("account_deleted", None, {}),
        ("keys_rotated", None, nothing),
    ]


def test_log_tells_of_nothing_that_is_not_named():
    assert {line.value for line in Audited} == {
        *("signed_in", "signed_out", "sign_in_failed"),
        *("spotify_connected", "spotify_disconnected", "spotify_broken", "spotify_not_allowed"),
        *("reconnect_notice", "token_made", "token_elsewhere", "token_revoked"),
        *("exported", "imported", "account_deleted", "keys_rotated"),
        *("seen_by_staff", "acted_by_staff"),
    }
