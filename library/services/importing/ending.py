"""The ends that an import can come to: read, refused, cancelled, forgotten."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Audited, record_audit
from accounts.services.hooks import Event, announce
from jobs.kinds import LeaseLost
from jobs.services import cancel_job
from library.imports.report import Report
from library.models import HistoryImport
from library.services.gaps import close_covered_gaps
from library.services.importing.progress import Cursor, covered
from library.services.importing.upload import drop_upload

UPLOAD_WITHIN = timedelta(hours=6)
"""An upload that takes longer has broken off."""

_STATES = {
    "complete": HistoryImport.State.DONE,
    "partial": HistoryImport.State.PARTIAL,
    "failed": HistoryImport.State.FAILED,
}


def finish_import(history_import: HistoryImport, *, cursor: Cursor, report: Report, now: datetime) -> None:
    """End a reading: the state that the report says, gaps closed that it covers, the file deleted.

    Raises LeaseLost when the import was cancelled at the last moment.
    """
    state = _STATES[report.status]
    problem = _("Nothing in this file could be read.") if report.status == "failed" else ""
    user = history_import.user
    with transaction.atomic():
        if not _end(history_import, state=state, problem=problem, now=now):
            raise LeaseLost
        for first_at, last_at in covered(cursor, report):
            close_covered_gaps(user, history_import, first_at=first_at, last_at=last_at, now=now)
        _tell(history_import, rows=report.rows, now=now)


def finish_restored(history_import: HistoryImport, *, report: Report, now: datetime) -> None:
    """End the reading of an export, which may well hold no play at all.

    Raises LeaseLost when the import was cancelled at the last moment.
    """
    is_whole = all(member.is_whole for member in report.members.values())
    state = HistoryImport.State.DONE if is_whole else HistoryImport.State.PARTIAL
    with transaction.atomic():
        if not _end(history_import, state=state, problem="", now=now):
            raise LeaseLost
        _tell(history_import, rows=report.rows, now=now)


def fail_import(history_import: HistoryImport, *, problem: str, now: datetime) -> bool:
    """End it without having read it, for the reason `problem`. False when it had ended."""
    return _end(history_import, state=HistoryImport.State.FAILED, problem=problem, now=now)


def cancel_import(history_import: HistoryImport, *, now: datetime) -> bool:
    """Stop it and delete the file; plays that were stored stay. False when it had ended."""
    cancelled = _end(history_import, state=HistoryImport.State.CANCELLED, problem="", now=now)
    if cancelled and history_import.job:
        cancel_job(history_import.job, now=now)
    return cancelled


def forget_import(history_import: HistoryImport, *, now: datetime) -> None:
    """Delete the record of an import, stopped if need be; the plays it brought stay."""
    cancel_import(history_import, now=now)
    history_import.delete()


def settle_imports(now: datetime) -> int:
    """End imports that nobody reads any more, and delete uploads that broke off; how many."""
    settled = 0
    for history_import in HistoryImport.objects.given_up().select_related("job"):
        settled += fail_import(history_import, problem=_why_given_up(history_import), now=now)
    broken_off = HistoryImport.objects.abandoned_before(now - UPLOAD_WITHIN)
    deleted, _counts = broken_off.delete()
    return settled + deleted


def _tell(history_import: HistoryImport, *, rows: int, now: datetime) -> None:
    """Note the end in the audit log and for webhooks."""
    user, state = history_import.user, history_import.state
    record_audit(Audited.IMPORTED, now=now, user=user, state=state, rows=rows)
    told = {"import": history_import.pk, "state": state, "rows": rows, "added": history_import.plays_added}
    announce(user, Event.IMPORT_FINISHED, told, now=now)


def _why_given_up(history_import: HistoryImport) -> str:
    told = history_import.job.error if history_import.job else ""
    return told or _("Something went wrong on our side. Upload the file again: what was read stays.")


def _end(history_import: HistoryImport, *, state: HistoryImport.State, problem: str, now: datetime) -> bool:
    live = HistoryImport.objects.live().filter(pk=history_import.pk)
    with transaction.atomic():
        ended = live.update(state=state, problem=problem, finished_at=now)
        if ended:
            drop_upload(history_import)
    history_import.refresh_from_db()
    return bool(ended)
