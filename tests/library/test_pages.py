import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import QuotaFamily
from jobs.models import Job
from jobs.services import start_job
from library.models import DeadLetter, Gap, Play, PollSchedule, SyncRun
from library.overview import sync_overview
from library.services.syncing import SyncWaits, begin_sync, sync_library
from library.tasks import SYNC
from tests.library.builders import a_run
from tests.outside import NOW, connect

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def sam(alice, sandbox, client):
    connect(alice, sandbox, "sam")
    client.force_login(alice)
    return alice


def page(client, name: str = "sync") -> str:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


# The page


@pytest.mark.parametrize(
    ("method", "name"), [("get", "sync"), ("get", "sync-progress"), ("post", "sync-now")]
)
def test_sync_pages_ask_strangers_to_sign_in(client, method, name):
    answer = getattr(client, method)(reverse(name))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


def test_sync_page_tells_how_to_begin_when_spotify_is_not_connected(client, alice):
    client.force_login(alice)

    shown = page(client)

    assert "Spotify is not connected" in shown
    assert reverse("sync-now") not in shown


def test_sync_page_shows_only_ones_own(client, alice, bob):
    Gap.objects.create(user=bob, from_at=NOW - timedelta(days=1), to_at=NOW)
    SyncRun.objects.create(user=bob, kind="full")
    client.force_login(alice)

    overview = client.get(reverse("sync")).context["overview"]

    assert (overview.run, overview.gaps, overview.past) == (None, [], [])


def test_sync_page_shows_each_step_while_a_sync_runs(client, sam, sandbox):
    sandbox.fail("saved_tracks", status=502)
    with pytest.raises(SyncWaits):
        sync_library(sam, kind=SyncRun.Kind.FULL, run=a_run(sam), now=NOW)
    SyncRun.objects.update(state="running")

    overview = sync_overview(sam, now=NOW)

    assert [(step.label, step.state, step.summary) for step in overview.steps] == [
        ("Newest plays", "done", "50 read, 50 new"),
        ("Top songs, 4 weeks", "done", "50 read, 50 new"),
        ("Top songs, 6 months", "done", "50 read, 50 new"),
        ("Top songs, a year", "done", "50 read, 50 new"),
        ("Liked songs", "now", "0 read"),
        ("Playlists", "next", "0 read"),
        ("Songs in playlists", "next", "0 read"),
    ]
    assert overview.is_live
    assert f'hx-get="{reverse("sync-progress")}"' in page(client)


def test_sync_progress_is_only_the_part_that_changes(client, sam):
    shown = page(client, "sync-progress")

    assert shown.lstrip().startswith('<div class="stack" id="sync-status"')


def test_sync_page_says_what_waits_until_when(client, sam, sandbox):
    sandbox.fail("saved_tracks", status=429, retry_after=86_207, quota=True)
    with pytest.raises(SyncWaits):
        sync_library(sam, kind=SyncRun.Kind.FULL, run=a_run(sam), now=NOW)

    shown = page(client)

    assert "This site has used up what Spotify lets it ask in a day." in shown
    assert "Liked songs: Spotify wants us to wait until Nov. 2, 2026, 11:56 a.m." in shown
    assert "hx-get" not in shown


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("not_allowed", "Ask the person who runs this site to add you"),
        ("reconnect", "Connect Spotify again in the settings."),
        ("down", "Spotify did not answer."),
        ("misconfigured", "Only the person who runs this site can mend that"),
    ],
)
def test_sync_page_tells_problems_in_words(client, sam, problem, words):
    SyncRun.objects.create(user=sam, kind="full", state="failed", problem=problem, finished_at=NOW)

    assert words in page(client)


def test_sync_page_tells_why_the_newest_plays_could_not_be_read(client, sam):
    PollSchedule.objects.create(user=sam, problem="down", next_poll_at=NOW + timedelta(minutes=30))

    shown = page(client)

    assert "Spotify did not answer." in shown
    assert "Next try: Nov. 1, 2026, 12:30 p.m." in shown


def test_sync_page_names_the_part_that_was_not_allowed(client, sam):
    counts = {"top_short_term": {"problem": "scope"}}
    SyncRun.objects.create(user=sam, kind="full", state="done", counts=counts, finished_at=NOW)

    assert "You have not allowed this part to be read." in page(client)


def test_sync_page_shows_gaps_and_how_to_fill_them(client, sam):
    Gap.objects.create(user=sam, from_at=NOW - timedelta(hours=5), to_at=NOW - timedelta(hours=2))
    Gap.objects.create(
        user=sam, from_at=NOW - timedelta(days=9), to_at=NOW - timedelta(days=8), closed_at=NOW
    )

    shown = page(client)

    assert "Nov. 1, 2026, 7 a.m. to Nov. 1, 2026, 10 a.m." in shown
    assert "Oct. 23" not in shown
    assert 'href="/imports/"' in shown


def test_sync_page_shows_entries_that_could_not_be_read(client, sam):
    DeadLetter.objects.create(user=sam, source="plays", reason="no track", raw="<b>", digest="1")

    shown = page(client)

    assert "Spotify sent 1 entry that is not a song or was damaged." in shown
    assert "no track" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"next_poll_at": NOW + timedelta(minutes=10)}, "in 10"),
        ({"next_poll_at": NOW + timedelta(seconds=59)}, "now"),
        ({"next_poll_at": NOW - timedelta(minutes=10)}, "now"),
    ],
)
def test_overview_says_when_the_newest_plays_are_read_next(sam, changes, words):
    PollSchedule.objects.create(user=sam, **changes)

    assert sync_overview(sam, now=NOW).next_look.startswith(words)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (None, "not yet"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW - timedelta(hours=3), "3\xa0hours ago"),
    ],
)
def test_overview_says_how_long_ago_things_were_read(alice, moment, words):
    PollSchedule.objects.create(user=alice, last_ok_at=moment, library_synced_at=moment)

    overview = sync_overview(alice, now=NOW)

    assert (overview.plays_read, overview.library_read) == (words, words)


def test_overview_says_that_nothing_was_read_yet(alice):
    overview = sync_overview(alice, now=NOW)

    assert (overview.plays_read, overview.library_read) == ("not yet", "not yet")


def test_overview_says_that_nothing_is_read_while_disconnected(alice):
    PollSchedule.objects.create(user=alice, next_poll_at=NOW)

    assert sync_overview(alice, now=NOW).next_look == "when connected"


def test_sync_page_asks_as_often_for_three_of_each_as_for_one(client, sam, django_assert_num_queries):
    def add(number: int) -> None:
        moment = NOW - timedelta(days=number)
        Gap.objects.create(user=sam, from_at=moment, to_at=NOW)
        DeadLetter.objects.create(user=sam, digest=str(number))
        SyncRun.objects.create(user=sam, kind="full", state="done", started_at=moment, finished_at=NOW)
        QuotaFamily.objects.create(family=f"family {number}", blocked_until=NOW + timedelta(hours=1))

    page(client)
    add(1)
    with django_assert_num_queries(10) as for_one:
        page(client)
    add(2), add(3)

    with django_assert_num_queries(len(for_one)):
        page(client)


# The button


def test_sync_now_starts_one_sync_however_often_it_is_pressed(client, sam):
    answers = [client.post(reverse("sync-now")) for _ in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/sync/")] * 2
    assert list(Job.objects.values_list("kind", "user")) == [(SYNC, sam.pk)]


def test_sync_now_asks_to_connect_first(client, alice):
    client.force_login(alice)

    answer = client.post(reverse("sync-now"), follow=True)

    assert "Connect Spotify first." in answer.content.decode()
    assert Job.objects.count() == 0


def test_sync_now_refuses_to_start_by_a_link(client, sam):
    assert client.get(reverse("sync-now")).status_code == 405


# The command


def run_command(*arguments: str) -> dict:
    out = StringIO()
    try:
        call_command("sync", *arguments, stdout=out)
    finally:
        report = json.loads(out.getvalue() or "{}")
    return report


def test_sync_command_reports_what_it_fetched(sam, sandbox):
    report = run_command("alice")

    assert (report["state"], report["problem"], report["waits_until"]) == ("done", "", None)
    assert report["counts"]["likes"]["read"] == len(sandbox.liked("sam"))
    assert Play.objects.count() == 50


def test_sync_command_says_until_when_it_waits(sam, sandbox):
    sandbox.fail("saved_tracks", status=429, retry_after=3600)

    report = run_command("alice")

    assert (report["state"], report["problem"]) == ("queued", "busy")
    assert report["waits_until"].startswith("2026-11-01T13:00")


def test_sync_command_fails_in_words(sam, sandbox):
    sandbox.forbid("sam")

    with pytest.raises(CommandError, match="not on the list of this site"):
        run_command("alice")


def test_sync_command_knows_who_is_there(db):
    with pytest.raises(CommandError, match="There is no user carol"):
        run_command("carol")


# Staff


@pytest.fixture
def staff(django_user_model, client):
    person = django_user_model.objects.create_superuser("staff", password="correct horse battery")
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    "model",
    [
        "artist",
        "album",
        "track",
        "play",
        "librarytrack",
        "savedtrack",
        "toptrack",
        "ownplaylist",
        "exclusion",
        "gap",
        "deadletter",
        "pollschedule",
        "syncrun",
        "historyimport",
    ],
)
def test_admin_lists_and_searches_every_model(client, staff, model):
    url = reverse(f"admin:library_{model}_changelist")

    answers = [client.get(url), client.get(url, {"q": "x"})]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_admin_lets_nobody_change_plays(client, staff):
    assert client.get(reverse("admin:library_play_add")).status_code == 403


def act(client, model: str, action: str, row):
    url = reverse(f"admin:library_{model}_changelist")
    return client.post(url, {"action": action, "_selected_action": [row.pk]}, follow=True)


def test_admin_makes_polls_due(client, staff, alice):
    schedule = PollSchedule.objects.create(user=alice, next_poll_at=NOW + timedelta(days=1))

    answer = act(client, "pollschedule", "read_now", schedule)

    schedule.refresh_from_db()
    assert schedule.next_poll_at - NOW < timedelta(minutes=1)
    assert "1 due now." in answer.content.decode()


def test_admin_syncs_again(client, staff, alice):
    act(client, "syncrun", "sync_again", begin_sync(alice, kind=SyncRun.Kind.FULL, now=NOW))

    assert list(Job.objects.values_list("kind", "user")) == [(SYNC, alice.pk)]


def test_admin_releases_the_lease_of_a_stuck_sync(client, staff, alice):
    run = a_run(alice)

    answer = act(client, "syncrun", "release_lease", begin_sync(alice, kind=SyncRun.Kind.FULL, now=NOW))

    run.job.refresh_from_db()
    assert (run.job.state, run.job.lease) == ("queued", None)
    assert "1 released." in answer.content.decode()


def test_admin_releases_nothing_that_does_not_run(client, staff, alice):
    start_job(SYNC, user=alice)

    answer = act(client, "syncrun", "release_lease", begin_sync(alice, kind=SyncRun.Kind.FULL, now=NOW))

    assert "0 released." in answer.content.decode()
