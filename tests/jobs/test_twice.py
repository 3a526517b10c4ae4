"""Every kind of work done twice, one after the other and side by side: the same rows, the same writes."""

from collections.abc import Iterator

import pytest
import time_machine
from django.apps import apps

from accounts.models import User
from jobs.kinds import all_kinds
from moodsite.celery import app
from sandbox import Sandbox
from tests.accounts.racing import together
from tests.jobs.cases import CASES, Case, Scene, a_scene, carry_out, done, start
from tests.outside import NOW

NOTES = {
    "jobs.Job",
    "library.SyncRun",
    "library.PollSchedule",
    "library.LibraryRevision",
    "moods.SourceHealth",
    "accounts.CallWindow",
    "accounts.QuotaFamily",
}
"""They say when somebody looked, which is another moment each time."""
MOMENTS = {
    *("detailed_at", "fetched_at", "found_at", "looked_at", "read_at", "seen_at", "updated_at"),
    *("busy_job", "id"),
}
OURS = ("accounts", "jobs", "library", "moods", "playlists", "moodsite")

each_case = pytest.mark.parametrize("case", CASES, ids=[case.kind for case in CASES])


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    """The clock of the worker is the sandbox's, and all its kinds of work are known."""
    app.loader.import_default_modules()
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def scene(alice: User, sandbox: Sandbox, settings) -> Iterator[Scene]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with a_scene(alice, sandbox) as made:
        yield made


def rows() -> dict[str, list[dict]]:
    """Every row of ours, but for notes, moments of looking and row numbers."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return {
        model._meta.label: sorted((_lasting(row) for row in model.objects.values()), key=repr)
        for model in models
        if model._meta.label not in NOTES
    }


def _lasting(row: dict) -> dict:
    return {name: value for name, value in row.items() if name not in MOMENTS}


def changes(before: dict[str, list[dict]], after: dict[str, list[dict]]) -> dict[str, list[object]]:
    """Rows that are in one of two states only, by table."""
    pairs = ((label, before[label], after[label]) for label in after)
    return {
        label: [[row for row in one if row not in other], [row for row in other if row not in one]]
        for label, one, other in pairs
        if one != other
    }


def test_every_kind_has_a_case() -> None:
    shipped = [kind.name for kind in all_kinds() if not kind.name.startswith("tests.")]

    assert sorted(case.kind for case in CASES) == shipped


@pytest.mark.django_db
@each_case
def test_work_done_twice_leaves_the_same(scene: Scene, case: Case) -> None:
    args, user = case.prepare(scene), scene.alice if case.is_of_user else None
    first = done(case.kind, user, args)
    after_first = rows()

    second = done(case.kind, user if case.kind != "accounts.delete" else None, args)

    assert (first, second) == ("done", "done")
    assert changes(after_first, rows()) == {}
    assert scene.written == sorted(case.writes)


@each_case
def test_work_done_by_two_workers_at_once_leaves_the_same(shared_database, scene: Scene, case: Case) -> None:
    args, user = case.prepare(scene), scene.alice if case.is_of_user else None
    first = start(case.kind, user, args)
    jobs = [first, first if case.is_delivered_twice else start(case.kind, user, args)]
    shared_database()
    together(rows)  # The first to open the file must be alone.

    ended = together(*(lambda job=job: carry_out(job) for job in jobs))

    [(after_both, once_more, after_all)] = together(lambda: (rows(), done(case.kind, user, args), rows()))
    assert (ended, once_more) == (["done", "done"], "done")
    assert changes(after_both, after_all) == {}
    assert scene.written == sorted(case.writes)
