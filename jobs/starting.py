"""What views, commands and ticks call to have work done: write the job, then tell the broker."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from jobs.models import Job
from jobs.services import start_job
from jobs.tasks import send_job


def enqueue(
    kind: str,
    *,
    user: AbstractBaseUser | None = None,
    key: str = "",
    args: Mapping[str, Any] | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Start the job (or find the live one of the same kind and key) and send its message."""
    job = start_job(kind, user=user, key=key, args=args, run_after=run_after)
    if job.state == Job.State.QUEUED and run_after is None:
        send_job(job)
    return job
