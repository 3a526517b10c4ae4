"""Taking the permission back, deleting an account, and what time does by itself."""

from datetime import UTC, datetime, timedelta

import pytest

import library.tasks
from accounts import context
from accounts.models import (
    ApiToken,
    AuditEvent,
    CallWindow,
    Connection,
    QuotaFamily,
    RefreshBreaker,
    User,
)
from accounts.schema import BearerScheme
from accounts.services import (
    AccountTaken,
    Audited,
    Notice,
    NoticeKind,
    connect_spotify,
    delete_account,
    disconnect_spotify,
    leaving,
    notice_for,
    notices,
    on_deletion,
    on_disconnect,
    record_audit,
    refreshing,
    remove_spotify_rows,
)
from accounts.services.audit import forget_old_audit
from accounts.services.grants import purge_broken_tokens
from accounts.services.notices import note_due_notices
from accounts.services.tokens import make_token
from accounts.tasks import start_housekeeping
from jobs.models import Job
from jobs.running import run_claimed
from tests.accounts.conftest import connected, grant_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def removals(monkeypatch) -> list[tuple[str, int]]:
    """What was asked to be removed, by apps that registered for it."""
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(leaving, "_on_disconnect", [])
    monkeypatch.setattr(leaving, "_on_deletion", [])
    on_disconnect(lambda user: asked.append(("plays", user.pk)))
    on_deletion(lambda user: asked.append(("everything", user.pk)))
    on_deletion(lambda user: asked.append(("the rest", user.pk)))
    return asked


# --- The grant -----------------------------------------------------------------------------------


def test_grant_shows_no_token(sandbox):
    grant = grant_of(sandbox, "noor")

    assert grant.access_token not in repr(grant)
    assert grant.refresh_token not in repr(grant)


def test_spotify_account_of_somebody_else_cannot_be_connected(alice, bob, sandbox):
    connected(alice, sandbox)

    with pytest.raises(AccountTaken):
        connected(bob, sandbox)

    assert Connection.objects.get().user == alice


def test_new_grant_ends_everything_that_was_wrong_with_the_old(alice, sandbox):
    before = connected(alice, sandbox)
    Connection.objects.update(
        state="needs_reconnect", broken_at=NOW, broken_why="refused", notices_sent=[30, 7]
    )

    after = connect_spotify(alice, grant_of(sandbox, "noor"))

    after.refresh_from_db()
    assert (after.pk, after.state, after.broken_at, after.broken_why) == (before.pk, "active", None, "")
    assert (after.notices_sent, after.token_version) == ([], before.token_version + 1)


@pytest.mark.parametrize(("age_days", "kept"), [(0, True), (151, True), (153, False)])
def test_narrower_grant_replaces_a_wider_one_only_near_its_end(alice, sandbox, age_days, kept):
    wide = connected(alice, sandbox, at=NOW - age_days * DAY)

    connect_spotify(alice, grant_of(sandbox, "noor", at=NOW, scopes=frozenset(["user-top-read"])))

    assert (Connection.objects.get().scopes == wide.scopes) is kept


def test_disconnecting_deletes_the_grant(alice, sandbox):
    connected(alice, sandbox)

    assert [disconnect_spotify(alice, now=NOW) for _ in range(2)] == [True, False]

    assert Connection.objects.count() == 0
    assert AuditEvent.objects.filter(kind="spotify_disconnected").count() == 1


def test_broken_tokens_are_purged_after_a_week(alice, bob, sandbox):
    connected(alice, sandbox)
    connected(bob, sandbox, "sam")
    Connection.objects.filter(user=alice).update(state="needs_reconnect", broken_at=NOW)

    purged = [purge_broken_tokens(now=NOW + days * DAY) for days in (6, 8, 9)]

    assert purged == [0, 1, 0]
    assert [bool(c.refresh_token) for c in Connection.objects.order_by("user_id")] == [False, True]


# --- Notices -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age_days", "notice"),
    [
        (0, None),
        (151, None),
        (152, Notice(NoticeKind.RECONNECT_SOON, 30)),
        (181.5, Notice(NoticeKind.RECONNECT_SOON, 0)),
        (182, Notice(NoticeKind.RECONNECT_NOW, 0)),
    ],
)
def test_listener_is_told_when_the_permission_ends(alice, sandbox, age_days, notice):
    connected(alice, sandbox, at=NOW - age_days * DAY)

    assert notice_for(alice, now=NOW) == notice


def test_listener_without_spotify_is_told_nothing(alice):
    assert notice_for(alice, now=NOW) is None


@pytest.mark.parametrize(
    ("state", "kind"),
    [("needs_reconnect", NoticeKind.RECONNECT_NOW), ("not_allowed", NoticeKind.NOT_ALLOWED)],
)
def test_listener_is_told_what_is_wrong(alice, sandbox, state, kind):
    connected(alice, sandbox, at=NOW)
    Connection.objects.update(state=state)

    assert notice_for(alice, now=NOW).kind is kind


def test_notices_are_noted_once_each_at_30_7_and_1_days(alice, sandbox):
    connected(alice, sandbox, at=NOW)

    new_on = [day for day in range(183) if note_due_notices(now=NOW + day * DAY)]

    assert new_on == [152, 175, 181]
    assert Connection.objects.get().notices_sent == [30, 7, 1]
    audit = AuditEvent.objects.filter(kind="reconnect_notice").order_by("pk")
    assert [event.detail for event in audit] == [{"days": 30}, {"days": 7}, {"days": 1}]


def test_late_notice_says_the_nearest_only(alice, sandbox):
    connected(alice, sandbox, at=NOW)

    assert note_due_notices(now=NOW + 176 * DAY) == 1

    assert AuditEvent.objects.get(kind="reconnect_notice").detail == {"days": 7}


# --- Deleting ------------------------------------------------------------------------------------


def test_deleting_removes_everything_and_keeps_a_line_without_a_name(alice, bob, sandbox, removals):
    connected(alice, sandbox)
    make_token(alice, name="x", scopes=["read"], life=DAY, now=NOW)
    Job.objects.create(kind="library.sync", user=alice, state="running")

    assert [delete_account(alice.pk, now=NOW) for _ in range(2)] == [True, False]

    assert removals == [("everything", alice.pk), ("the rest", alice.pk)]
    assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    assert (Connection.objects.count(), ApiToken.objects.count(), Job.objects.count()) == (0, 0, 0)
    last = AuditEvent.objects.order_by("-pk").first()
    assert (last.kind, last.user, last.detail) == ("account_deleted", None, {})


def test_deleting_stops_work_before_anything_is_removed(alice, removals):
    Job.objects.create(kind="library.sync", user=alice)
    seen: list[str] = []
    on_deletion(lambda _: seen.extend(Job.objects.values_list("state", flat=True)))

    delete_account(alice.pk, now=NOW)

    assert seen == ["cancelled"]


def test_disconnecting_asks_every_app_to_remove_its_rows(alice, removals):
    assert remove_spotify_rows(alice.pk) == 1
    assert removals == [("plays", alice.pk)]


def test_library_removes_what_it_got_from_spotify():
    assert library.tasks.forget_spotify_library in leaving._on_disconnect


def test_nothing_is_removed_from_a_listener_who_connected_again(alice, sandbox, removals):
    connected(alice, sandbox)

    assert (remove_spotify_rows(alice.pk), removals) == (0, [])


# --- Work ----------------------------------------------------------------------------------------


def done(kind: str, **args) -> dict:
    """The report of a job that was carried out, twice for good measure."""
    for _ in range(2):
        job = Job.objects.create(kind=kind, args=args)
        assert run_claimed(job.pk) == "done"
    return Job.objects.order_by("created_at", "pk").first().result


def test_deleting_as_a_job_twice_is_harmless(alice, removals):
    assert done("accounts.delete", user_id=alice.pk) == {"deleted": True}
    assert not User.objects.exists()


def test_leaving_spotify_as_a_job(alice, removals):
    assert done("accounts.leave_spotify", user_id=alice.pk) == {"removals": 1}
    assert removals == [("plays", alice.pk)] * 2


def test_housekeeping_does_all_its_parts(alice, sandbox):
    connected(alice, sandbox, at=datetime.now(UTC) - 160 * DAY)
    CallWindow.objects.create(service="old", window=1, expires_at=NOW - 400 * DAY)
    record_audit(Audited.EXPORTED, now=NOW - 400 * DAY)

    report = done("accounts.housekeeping")

    parts = ("tokens_purged", "notices", "counts_forgotten", "audit_lines_forgotten")
    assert [report[part] for part in parts] == [0, 1, 1, 1]


def test_housekeeping_starts_once_an_hour(db):
    for minute in (0, 1, 30, 59, 70, 71):
        start_housekeeping(NOW + timedelta(minutes=minute))
        Job.objects.update(state="done")

    assert Job.objects.of_kind("accounts.housekeeping").count() == 2


def test_audit_lines_are_kept_for_a_year(db):
    for days in (364, 366):
        record_audit(Audited.EXPORTED, now=NOW - days * DAY)

    assert (forget_old_audit(now=NOW), AuditEvent.objects.count()) == (1, 1)


# --- Races ---------------------------------------------------------------------------------------


def test_notice_gives_way_to_a_reconnection_that_comes_between(alice, sandbox):
    seen = connected(alice, sandbox, at=NOW - 160 * DAY)
    Connection.objects.update(token_version=5)

    assert notices._note(seen, now=NOW) == 0
    assert Connection.objects.get().notices_sent == []


def test_refusal_of_a_grant_that_was_renewed_meanwhile_marks_nothing(alice, sandbox):
    seen = connected(alice, sandbox)
    Connection.objects.update(token_version=5)

    refreshing._mark_broken(seen, why=Connection.Broken.REFUSED, now=NOW)

    assert Connection.objects.get().state == "active"


# --- What pages know -----------------------------------------------------------------------------


def test_pages_know_what_is_wrong_and_where_to_report_the_time_zone(alice, sandbox, rf):
    connected(alice, sandbox)
    Connection.objects.update(state="needs_reconnect")
    request = rf.get("/")
    request.user = alice

    known = context.listener(request)

    assert known["connection_notice"].kind is NoticeKind.RECONNECT_NOW
    assert known["time_zone_url"] == "/settings/time-zone/"


def test_pages_ask_for_no_time_zone_that_is_known_and_know_nothing_of_strangers(alice, rf):
    request = rf.get("/")
    request.user = alice
    alice.time_zone = "UTC"

    assert context.listener(request).keys() == {"connection_notice"}
    assert context.listener(rf.get("/")) == {}


def test_token_scheme_is_described_for_the_api_document():
    described = BearerScheme("").get_security_definition(None)

    assert (described["type"], described["scheme"]) == ("http", "bearer")


def test_rows_say_what_they_are_without_secrets(alice, sandbox):
    connection = connected(alice, sandbox)
    token, _ = make_token(alice, name="script", scopes=["read"], life=DAY, now=NOW)

    assert str(connection) == f"Spotify of {alice.pk} (active)"
    assert str(token) == f"script ({token.prefix}…)"
    assert repr(Connection.objects.get().access_token) == "Secret(...)"
    assert str(CallWindow(service="spotify", window=3, calls=2)) == "spotify 3: 2"
    assert str(QuotaFamily(family="top")) == "top"
    assert str(RefreshBreaker(open_since=NOW)) == "open since 2026-11-24 12:00:00+00:00"
    assert str(RefreshBreaker()) == "closed"
