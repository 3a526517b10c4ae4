"""What Prometheus reads, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.quota import block_family
from jobs.models import Job
from library.models import HistoryImport, PollSchedule
from moods.models import SourceHealth, TrackFeatures, TrackMood
from moodsite.metrics import exposition
from tests.library.builders import a_track
from tests.moodsite.test_health import connected

TOKEN = "a-token-for-the-monitor"


def figures(now) -> dict[str, float]:
    """Every sample by its name and labels as Prometheus writes them."""
    families = text_string_to_metric_families(exposition(now).decode())
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_count_nothing_in_an_empty_database(db):
    assert figures(timezone.now()) == {
        "moodsite_listeners": 0,
        "moodsite_polls_due": 0,
        "moodsite_poll_lateness_seconds": 0,
        "moodsite_polls_failing": 0,
        "moodsite_job_lateness_seconds": 0,
        "moodsite_import_rows": 0,
        "moodsite_import_plays": 0,
        "moodsite_tracks": 0,
    }


def test_metrics_tell_of_polls_quota_jobs_imports_and_coverage(alice, bob):
    now = timezone.now()
    connected(alice, now)
    ok_at = now - timedelta(minutes=20)
    late_at = now - timedelta(seconds=90)
    PollSchedule.objects.create(user=alice, next_poll_at=late_at, last_ok_at=ok_at)
    PollSchedule.objects.create(user=bob, next_poll_at=now, failures=2)
    block_family("search", wait=timedelta(seconds=60), quota=False, now=now)
    Job.objects.create(kind="library.sync", run_after=now - timedelta(seconds=30))
    Job.objects.create(kind="library.sync", state=Job.State.DONE)
    HistoryImport.objects.create(user=alice, file_name="a.zip", state="done", rows_read=9, plays_added=7)
    track = a_track()
    TrackFeatures.objects.create(track=track, source="reccobeats", status="hit")
    TrackMood.objects.create(track=track)
    SourceHealth.objects.create(source="lrclib", blocked_until=now + timedelta(minutes=15))
    SourceHealth.objects.create(source="reccobeats")

    assert figures(now) == {
        "moodsite_listeners": 2,
        "moodsite_connections[active]": 1,
        "moodsite_polls_due": 1,
        "moodsite_poll_lateness_seconds": 90,
        "moodsite_polls_failing": 1,
        "moodsite_last_good_poll_timestamp_seconds": pytest.approx(ok_at.timestamp()),
        "moodsite_quota_block_seconds[search]": pytest.approx(60, abs=1),
        "moodsite_jobs[library.sync][done]": 1,
        "moodsite_jobs[library.sync][queued]": 1,
        "moodsite_job_lateness_seconds": 30,
        "moodsite_imports[done]": 1,
        "moodsite_import_rows": 9,
        "moodsite_import_plays": 7,
        "moodsite_tracks": 1,
        "moodsite_track_moods[unknown]": 1,
        "moodsite_feature_answers[reccobeats][hit]": 1,
        "moodsite_source_block_seconds[lrclib]": 900,
    }


def test_metrics_are_read_with_a_fixed_number_of_queries(alice, bob, django_assert_num_queries):
    Job.objects.create(kind="library.sync")
    Job.objects.create(kind="library.poll")

    with django_assert_num_queries(14):
        exposition(timezone.now())


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_metrics_are_open_to_this_machine_when_no_token_is_set(client, db, settings, address):
    settings.METRICS_TOKEN = ""

    answer = client.get("/metrics", REMOTE_ADDR=address)

    assert (answer.status_code, answer.headers["Content-Type"][:10]) == (200, "text/plain")


@pytest.mark.parametrize(
    "extra", [{"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": ""}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}]
)
def test_metrics_are_closed_to_other_machines_when_no_token_is_set(client, db, settings, extra):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", **extra).status_code == 403


@pytest.mark.parametrize(("sent", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer guess", 403), ("", 403)])
def test_metrics_are_open_to_the_token_only_when_one_is_set(client, db, settings, sent, status):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", HTTP_AUTHORIZATION=sent).status_code == status
