"""The two Celery tasks there are: carry out one job, and the tick that sends what is due."""

import logging
import uuid

from celery import shared_task
from django.db import close_old_connections, transaction
from django.utils import timezone

from jobs.kinds import ticks
from jobs.models import Job
from jobs.running import run_claimed
from jobs.services import bury_poison, forget_ended_jobs, mark_sent

logger = logging.getLogger(__name__)

SENT_PER_TICK = 200


@shared_task
def run_job(*, job_id: str) -> None:
    """Do one job. Arriving twice is harmless: only one message can claim the row."""
    close_old_connections()
    try:
        run_claimed(uuid.UUID(job_id))
    finally:
        close_old_connections()


@shared_task
def dispatch() -> None:
    """One tick: start what is due, bury what kills workers, send what waits. Safe to run twice."""
    close_old_connections()
    now = timezone.now()
    for start_due in ticks():
        try:
            start_due(now)
        except Exception:  # One app's trouble must not keep the others' work from starting.
            logger.exception("tick %s failed", getattr(start_due, "__qualname__", start_due))
    bury_poison(now=now)
    forget_ended_jobs(now=now)
    send_waiting()


def send_waiting() -> int:
    """Send a message for each due job that has none on its way. The number sent."""
    now = timezone.now()
    waiting = Job.objects.unsent(now).order_by("run_after").values_list("pk", flat=True)
    job_ids = list(waiting[:SENT_PER_TICK])
    mark_sent(job_ids, now=now)
    for job_id in job_ids:
        run_job.delay(job_id=str(job_id))
    return len(job_ids)


def send_job(job: Job) -> None:
    """Tell the broker about `job` once the transaction commits; the tick sends it if that fails."""
    transaction.on_commit(lambda: _send(job), robust=True)


def _send(job: Job) -> None:
    run_job.delay(job_id=str(job.pk))
    mark_sent([job.pk], now=timezone.now())
