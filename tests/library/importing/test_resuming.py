"""Imports that are killed, cancelled or put off at any point, and go on."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.models import User
from bench.history_download import MadeDownload, make_download
from jobs.kinds import LeaseLost
from jobs.models import Job
from jobs.running import run_claimed
from library.import_tasks import look_after_imports, start_import, start_import_here
from library.models import HistoryImport, LibraryTrack, Play, RejectedBatch, UploadPart
from library.services.importing import reading
from library.services.importing.ending import cancel_import, forget_import
from library.services.importing.reading import AnotherIsRead, read_upload
from tests.library.importing.builders import imported, read, stored, upload, verdicts
from tests.library.imports.builders import plays

pytestmark = pytest.mark.django_db
ZIP = "my_spotify_data.zip"
STATEMENTS = 120


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many batches from few rows."""
    monkeypatch.setattr(reading, "BATCH_ROWS", 60)
    monkeypatch.setattr(reading, "LEAST_BATCHES", 1)


@pytest.fixture(scope="module")
def made() -> MadeDownload:
    return make_download(300, seed=11, rows_per_file=130)


class ShortRun:
    """A worker whose time is up after every batch."""

    job_id, user_id = uuid4(), None

    def checkpoint(self, **progress: Any) -> None:
        """Nobody else holds the job."""

    advance = checkpoint

    def out_of_time(self) -> bool:
        return True


class InterruptedRun(ShortRun):
    """A worker that has all the time, but something happens elsewhere after its first batch."""

    def __init__(self, happens: Any) -> None:
        self._happens = happens
        self.checkpoints = 0

    def advance(self, **progress: Any) -> None:
        self.checkpoints += 1
        if self.checkpoints == 1:
            self._happens()

    def out_of_time(self) -> bool:
        return False


@contextmanager
def connection_lost_at(statement: int) -> Iterator[list[int]]:
    """The database fails at that statement, and works again afterwards."""
    count = [0]

    def lose(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        count[0] += 1
        if count[0] == statement:
            raise OperationalError("the connection is gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lose):
        yield count


def everything(user: User) -> tuple[Any, ...]:
    """All that an import leaves behind, ids aside."""
    history_import = HistoryImport.objects.get(user=user)
    library = LibraryTrack.objects.for_user(user).order_by("track__name_key")
    return (
        stored(user),
        [(row.track.title, row.plays, row.listens, row.ms_played, row.last_listen_at) for row in library],
        verdicts(history_import),
        (history_import.state, history_import.rows_read, history_import.plays_added),
        sum(RejectedBatch.objects.values_list("n_rows", flat=True)),
        UploadPart.objects.count(),
    )


@pytest.mark.parametrize("statement", range(3, STATEMENTS, 9))
def test_import_ends_with_the_same_rows_when_the_database_fails_at_any_statement(
    alice: User, bob: User, made: MadeDownload, statement: int
) -> None:
    waiting = upload(alice, made.zip_bytes, ZIP)
    job = start_import_here(waiting)
    with connection_lost_at(statement), suppress(OperationalError):
        run_claimed(job.pk)
    Job.objects.update(state="queued", lease=None, run_after=timezone.now() - timedelta(minutes=1))

    read(waiting)

    interrupted = everything(alice)
    Play.objects.all().delete()
    LibraryTrack.objects.all().delete()
    RejectedBatch.objects.all().delete()
    imported(bob, made.zip_bytes, ZIP)
    assert interrupted == everything(bob)


def test_failing_statements_reach_over_the_whole_import(alice: User, made: MadeDownload) -> None:
    waiting = upload(alice, made.zip_bytes, ZIP)

    with connection_lost_at(0) as count:
        read(waiting)

    assert count[0] + 30 >= STATEMENTS


def test_import_goes_on_batch_by_batch_when_time_is_always_up(alice: User, made: MadeDownload) -> None:
    waiting = upload(alice, made.zip_bytes, ZIP)
    units = 0

    while not read_upload(HistoryImport.objects.get(pk=waiting.pk), run=ShortRun(), now=timezone.now()):
        units += 1

    waiting.refresh_from_db()
    assert units >= 4
    assert (waiting.state, waiting.rows_read) == ("done", made.truth.rows)
    assert verdicts(waiting) == dict(made.truth.verdicts)
    assert waiting.plays_added == Play.objects.count() == sum(made.truth.plays.values())


def test_import_is_done_once_when_two_workers_come_to_it(alice: User, made: MadeDownload) -> None:
    job = start_import_here(upload(alice, made.zip_bytes, ZIP))

    outcomes = [run_claimed(job.pk), run_claimed(job.pk)]

    assert outcomes == ["done", "skipped"]
    assert Play.objects.count() == sum(made.truth.plays.values())


def test_import_stops_at_its_next_batch_when_it_is_cancelled(alice: User, made: MadeDownload) -> None:
    waiting = upload(alice, made.zip_bytes, ZIP)
    elsewhere = HistoryImport.objects.get(pk=waiting.pk)
    run = InterruptedRun(lambda: cancel_import(elsewhere, now=timezone.now()))

    with pytest.raises(LeaseLost):
        read_upload(waiting, run=run, now=timezone.now())

    waiting.refresh_from_db()
    assert (waiting.state, waiting.rows_read, run.checkpoints) == ("cancelled", 60, 1)
    assert Play.objects.count() == waiting.plays_added
    assert UploadPart.objects.count() == 0


def test_import_stops_and_writes_nothing_more_when_its_record_is_deleted(
    alice: User, made: MadeDownload
) -> None:
    waiting = upload(alice, made.zip_bytes, ZIP)
    elsewhere = HistoryImport.objects.get(pk=waiting.pk)
    run = InterruptedRun(lambda: forget_import(elsewhere, now=timezone.now()))

    with pytest.raises(LeaseLost):
        read_upload(waiting, run=run, now=timezone.now())

    assert HistoryImport.objects.count() == 0
    assert Play.objects.filter(history_import=None).count() == Play.objects.count() <= 60


def test_cancelling_ends_the_job_too(alice: User) -> None:
    waiting = upload(alice, plays(3))
    job = start_import(waiting)

    assert cancel_import(waiting, now=timezone.now()) is True

    job.refresh_from_db()
    assert (job.state, run_claimed(job.pk)) == ("cancelled", "skipped")


def test_cancelling_does_nothing_when_the_import_has_ended(alice: User) -> None:
    done = imported(alice, plays(3))

    assert cancel_import(done, now=timezone.now()) is False
    assert done.state == "done"


def test_second_import_waits_while_another_of_the_listener_is_read(alice: User, bob: User) -> None:
    first, second, his = upload(alice, plays(200)), upload(alice, plays(3)), upload(bob, plays(3))
    read_upload(first, run=ShortRun(), now=timezone.now())

    with pytest.raises(AnotherIsRead):
        read_upload(second, run=ShortRun(), now=timezone.now())

    assert read_upload(his, run=InterruptedRun(lambda: None), now=timezone.now()) is True


def test_job_of_the_second_import_is_put_off_until_the_first_is_done(alice: User) -> None:
    first, second = upload(alice, plays(200)), upload(alice, plays(3))
    read_upload(first, run=ShortRun(), now=timezone.now())
    job = start_import_here(second)

    assert run_claimed(job.pk) == "queued"

    read(first)
    Job.objects.update(run_after=timezone.now())
    assert read(second).state == "done"


def test_tick_starts_an_import_whose_start_was_lost(alice: User) -> None:
    waiting = upload(alice, plays(3))

    assert look_after_imports(timezone.now()) == 1

    waiting.refresh_from_db()
    assert waiting.job is not None
    assert read(waiting).state == "done"


def test_tick_starts_nothing_twice(alice: User) -> None:
    upload(alice, plays(3))
    look_after_imports(timezone.now())

    assert look_after_imports(timezone.now()) == 0
    assert Job.objects.count() == 1


def test_tick_ends_an_import_whose_work_was_given_up(alice: User) -> None:
    waiting = upload(alice, plays(3))
    job = start_import(waiting)
    Job.objects.filter(pk=job.pk).update(state="failed", error="It stopped the worker each time.")

    look_after_imports(timezone.now())

    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("failed", "It stopped the worker each time.")
    assert UploadPart.objects.count() == 0


def test_tick_says_what_to_do_when_the_reason_is_unknown(alice: User) -> None:
    waiting = upload(alice, plays(3))
    job = start_import(waiting)
    Job.objects.filter(pk=job.pk).update(state="failed")

    look_after_imports(timezone.now())

    waiting.refresh_from_db()
    assert waiting.problem.startswith("Something went wrong on our side.")


def test_tick_deletes_uploads_that_broke_off(alice: User) -> None:
    now = timezone.now()
    for age in (timedelta(hours=1), timedelta(hours=7)):
        HistoryImport.objects.create(user=alice, file_name=str(age), created_at=now - age)

    look_after_imports(now)

    assert list(HistoryImport.objects.values_list("file_name", flat=True)) == ["1:00:00"]


def test_job_of_a_deleted_import_ends_quietly(alice: User) -> None:
    waiting = upload(alice, plays(3))
    job = start_import_here(waiting)
    HistoryImport.objects.all().delete()

    assert run_claimed(job.pk) == "done"


def test_import_stops_when_the_account_is_deleted(alice: User, made: MadeDownload) -> None:
    waiting = upload(alice, made.zip_bytes, ZIP)
    elsewhere = User.objects.get(pk=alice.pk)
    run = InterruptedRun(lambda: _delete(elsewhere))

    with pytest.raises(LeaseLost):
        read_upload(waiting, run=run, now=timezone.now())

    assert (Play.objects.count(), HistoryImport.objects.count(), UploadPart.objects.count()) == (0, 0, 0)


def _delete(user: User) -> None:
    Play.objects.for_user(user).delete()
    user.delete()
