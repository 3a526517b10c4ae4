"""The demo's made-up download arrives like a real one, and only in the demo."""

import pytest

from jobs.models import Job
from jobs.running import run_claimed
from library.models import HistoryImport
from tests.outside import connect


@pytest.fixture
def demo(settings, sandbox):
    settings.DEMO = True
    return sandbox


def do_all_jobs():
    while job := Job.objects.filter(state="queued").first():
        run_claimed(job.pk)


def test_the_sample_of_the_connected_listener_is_imported(demo, client, alice):
    connect(alice, demo, "rosa")
    client.force_login(alice)

    answer = client.post("/imports/sample/")
    assert "0\xa0bytes" not in client.get(answer.url).content.decode()
    do_all_jobs()

    imported = HistoryImport.objects.get()
    assert (answer.status_code, answer.url) == (302, imported.get_absolute_url())
    assert (imported.user, imported.state, imported.file_name) == (alice, "done", "my_spotify_data.zip")
    assert alice.plays.listens().count() == len(demo.plays("rosa"))


def test_the_sample_job_does_nothing_when_it_comes_a_second_time(demo, client, alice):
    client.force_login(alice)
    client.post("/imports/sample/")
    first = Job.objects.get(kind="moodsite.sample")
    run_claimed(first.pk)
    Job.objects.filter(pk=first.pk).update(state="queued")

    run_claimed(first.pk)

    first.refresh_from_db()
    assert (first.state, first.result, HistoryImport.objects.count()) == ("done", {}, 1)


def test_there_is_no_sample_outside_the_demo(client, alice, settings):
    settings.DEMO = False
    client.force_login(alice)

    assert client.post("/imports/sample/").status_code == 404
    assert HistoryImport.objects.count() == 0


def test_a_stranger_is_sent_to_sign_in(client, settings, db):
    settings.DEMO = True

    assert client.post("/imports/sample/").status_code == 302
    assert HistoryImport.objects.count() == 0
