"""Jobs that ask sources and work out moods, and the ticks that start them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jobs.kinds import Postpone, Run, every_tick, job_kind
from jobs.models import Job
from jobs.starting import enqueue
from moods.looks import look_at, sources_in_use
from moods.services.classifying import anything_stale, classify_stale
from moods.services.corrections import refit_outdated
from moods.services.enrichment import MoreToAsk, enrich
from moods.services.waiting import is_worth_asking

GATHERING = timedelta(seconds=15)


@job_kind("moods.enrich")
def enrich_from(run: Run, *, source: str) -> dict[str, Any]:
    """Ask one source about everything that waits for it."""
    look = look_at(source)
    if look is None:
        return {}
    try:
        return enrich(look, run=run, now=timezone.now())
    except MoreToAsk as more:
        raise Postpone(timezone.now()) from more


@job_kind("moods.classify")
def classify(run: Run) -> dict[str, Any]:
    """Score every track whose evidence or model changed."""
    counts: Counter[str] = Counter()
    while (batch := classify_stale(now=timezone.now()))["scored"]:
        counts.update(batch)
        run.checkpoint(**counts)
        if run.out_of_time():
            raise Postpone(timezone.now())
    counts["refitted"] = refit_outdated(now=timezone.now())
    return dict(counts)


@every_tick
def start_due_enrichment(now: datetime) -> int:
    """Start asking each source that is free and has something to be asked. The number of them."""
    worth = [source for source in sources_in_use() if is_worth_asking(source, now=now)]
    for source in worth:
        # One job per source: no two requests to it are ever under way at once.
        enqueue("moods.enrich", key=source, args={"source": source})
    return len(worth)


@every_tick
def start_due_classification(now: datetime) -> int:
    """Start scoring where something is stale; one job for everybody. The number of jobs.

    While sources are asked nearly each answer makes an artist's other songs stale: they gather first.
    """
    if not anything_stale():
        return 0
    is_asking = Job.objects.live().of_kind("moods.enrich").exists()
    enqueue("moods.classify", key="all", run_after=now + GATHERING if is_asking else None)
    return 1
