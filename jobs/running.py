"""Carry out one claimed job and write how it ended."""

import logging
import time
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jobs.kinds import GiveUp, LeaseLost, Postpone, kind_named
from jobs.models import Job
from jobs.services import claim_job, fail_job, finish_job, keep_lease, postpone_job

logger = logging.getLogger(__name__)

UNIT = timedelta(seconds=20)


class JobRun:
    """One attempt at a job, as its function sees it (the `Run` of `jobs.kinds`)."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.job_id: uuid.UUID = job.pk
        self.user_id: int | None = job.user_id
        self._started = time.monotonic()

    def checkpoint(self, **progress: Any) -> None:
        """Keep the lease and show `progress`; raises `LeaseLost` once the job is not ours."""
        keep_lease(self.job, now=timezone.now(), progress=progress)

    def advance(self, **progress: Any) -> None:
        """Do so after work that stays done, and count attempts from this one."""
        keep_lease(self.job, now=timezone.now(), progress=progress, attempts=1)

    def out_of_time(self) -> bool:
        """Whether this unit has run for its twenty seconds."""
        return time.monotonic() - self._started > UNIT.total_seconds()


def run_claimed(job_id: uuid.UUID) -> str:
    """Claim and do one job. The state it is in afterwards, or "skipped" when it was not ours."""
    job = claim_job(job_id, now=timezone.now())
    if job is None:
        return "skipped"
    try:
        return _attempt(job)
    except LeaseLost:
        logger.info("job %s (%s): the lease went to somebody else", job.pk, job.kind)
        return "skipped"


def _attempt(job: Job) -> str:
    kind = kind_named(job.kind)
    if kind is None:
        fail_job(job, GiveUp(f"No such work: {job.kind}."), now=timezone.now())
        return "failed"
    try:
        report = kind.function(JobRun(job), **job.args)
    except Postpone as postponed:
        postpone_job(job, postponed)
        return "queued"
    except LeaseLost:
        raise
    except GiveUp as reason:
        logger.warning("job %s (%s) gave up: %s", job.pk, job.kind, reason)
        fail_job(job, reason, now=timezone.now())
        return "failed"
    except Exception as problem:  # The edge of the process: log, count the attempt, go on.
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        fail_job(job, problem, now=timezone.now())
        return "failed"
    finish_job(job, result=report, now=timezone.now())
    logger.info("job %s (%s) done: %s", job.pk, job.kind, dict(report))
    return "done"
