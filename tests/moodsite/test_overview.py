"""What staff see of the whole site, and of work that went wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from jobs.models import Job
from library.models import PollSchedule
from moods.models import SourceHealth
from moodsite.overview import site_overview
from tests.outside import connect
from tests.security.world import fill

ADMIN = "/admin/overview/"


@pytest.fixture
def staff(db) -> Client:
    boss = User.objects.create_superuser("boss", password="x")
    client = Client()
    client.force_login(boss)
    return client


def figures(now: datetime) -> dict[str, int]:
    return {figure.label: figure.value for figure in site_overview(now).figures}


def test_overview_counts_people_polls_moods_and_work(alice, bob, sandbox):
    now = datetime.now(UTC)
    connect(alice, sandbox, "noor")
    fill(alice)
    PollSchedule.objects.create(user=alice, next_poll_at=now - timedelta(hours=1), failures=2)
    Job.objects.create(kind="library.sync", state="failed", user=bob)

    assert figures(now) == {
        "Listeners": 2,
        "Here in the last seven days": 0,
        "Connected to Spotify": 1,
        "Must connect again": 0,
        "Polls late": 1,
        "Polls failing": 1,
        "Imports under way": 1,
        "Tracks in libraries": 1,
        "With a known mood": 1,
        "Jobs waiting or running": 1,
        "Jobs failed today": 1,
        "Webhooks not answered": 0,
    }


def test_overview_page_shows_waits_and_failures(staff, alice):
    now = datetime.now(UTC)
    SourceHealth.objects.create(source="lrclib", blocked_until=now + timedelta(hours=1), reason="403")
    job = Job.objects.create(kind="library.sync", state="failed", user=alice, error="<b>down</b>")

    page = staff.get(ADMIN).content.decode()

    assert f"/admin/jobs/job/{job.pk}/change/" in page
    assert "&lt;b&gt;down&lt;/b&gt;" in page
    assert "lrclib" in page


def test_overview_is_linked_from_the_admin(staff):
    assert f'href="{ADMIN}"' in staff.get("/admin/").content.decode()


def test_overview_is_for_staff(client, alice):
    client.force_login(alice)

    assert "/login/" in client.get(ADMIN)["Location"]


def test_overview_makes_as_many_queries_for_one_as_for_three(staff, alice, django_assert_max_num_queries):
    def queries() -> int:
        Job.objects.create(kind="library.sync", state="failed", user=alice)
        with django_assert_max_num_queries(40) as counted:
            staff.get(ADMIN)
        return len(counted)

    staff.get(ADMIN)
    assert len({queries() for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("retry", {"state": "failed", "attempts": 3}, {"state": "queued", "attempts": 0}),
        ("release", {"state": "running"}, {"state": "queued"}),
        ("cancel", {"state": "queued"}, {"state": "cancelled"}),
        ("retry", {"state": "done"}, {"state": "done"}),
    ],
)
def test_job_is_put_right(staff, action, before, after):
    job = Job.objects.create(kind="library.sync", **before)

    answer = staff.post("/admin/jobs/job/", {"action": action, "_selected_action": [str(job.pk)]})

    job.refresh_from_db()
    assert answer.status_code == 302
    assert {name: getattr(job, name) for name in after} == after


def test_waiting_job_is_hurried(staff):
    job = Job.objects.create(kind="library.sync", run_after=datetime.now(UTC) + timedelta(days=1))

    staff.post("/admin/jobs/job/", {"action": "hurry", "_selected_action": [str(job.pk)]})

    job.refresh_from_db()
    assert job.run_after <= datetime.now(UTC)


def test_staff_without_the_right_cannot_act(alice, client):
    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="view_job"))
    job = Job.objects.create(kind="library.sync", state="failed")
    client.force_login(alice)

    client.post("/admin/jobs/job/", {"action": "retry", "_selected_action": [str(job.pk)]})

    job.refresh_from_db()
    assert job.state == "failed"


def test_no_admin_page_shows_a_secret(staff, alice):
    rows = fill(alice)
    hook = rows["webhook"]

    pages = [staff.get(f"/admin/accounts/webhook/{hook.pk}/change/"), staff.get("/admin/accounts/webhook/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert [page.content.decode().count("-secret") for page in pages] == [0, 0]
