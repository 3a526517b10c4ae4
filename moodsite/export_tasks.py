"""The job that writes an export, and the tick that forgets old ones."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from jobs.kinds import Report, Run, every_tick, job_kind
from jobs.starting import enqueue
from moodsite.exporting.keeping import ask_for_export, forget_exports, give_up
from moodsite.exporting.writing import write_export
from moodsite.models import Export

EXPORT = "moodsite.export"


@job_kind(EXPORT)
def export(run: Run, *, export_id: int) -> Report:
    """Write everything that is known of a listener into a ZIP."""
    wanted = Export.objects.unready().select_related("user").filter(pk=export_id).order_by("pk").first()
    return write_export(wanted, run=run, now=timezone.now()) if wanted else {}


@every_tick
def look_after_exports(now: datetime) -> int:
    """Mark exports that came to nothing, forget old ones. The number of them."""
    return give_up(now) + forget_exports(now)


def start_export(user: User, *, now: datetime) -> Export:
    """Have everything written; asking twice does it once."""
    wanted = ask_for_export(user, now=now)
    wanted.job = enqueue(EXPORT, user=user, key=str(wanted.pk), args={"export_id": wanted.pk})
    wanted.save(update_fields=["job"])
    return wanted
