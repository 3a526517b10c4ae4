"""What the worker does for accounts: leave Spotify, delete a person, hourly housekeeping."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.counting import forget_expired_counts, take_call
from accounts.models import User, WebhookDelivery
from accounts.services import delete_account, disconnect_spotify, remove_spotify_rows
from accounts.services.audit import forget_old_audit
from accounts.services.grants import purge_broken_tokens
from accounts.services.hooks import claim_due_deliveries, deliver, forget_deliveries
from accounts.services.idle import idle_listeners
from accounts.services.notices import note_due_notices
from accounts.services.repeats import forget_answers
from jobs.kinds import Report, Run, every_tick, job_kind
from jobs.starting import enqueue

HOUSEKEEPING_EVERY = timedelta(hours=1)


@job_kind("accounts.leave_spotify")
def leave_spotify(run: Run, *, user_id: int) -> Report:
    """Remove what came from Spotify's API for a listener who disconnected."""
    return {"removals": remove_spotify_rows(user_id)}


@job_kind("accounts.delete")
def delete(run: Run, *, user_id: int) -> Report:
    """Remove a person and everything of theirs. The job belongs to nobody, so it outlives them."""
    return {"deleted": delete_account(user_id, now=timezone.now())}


@job_kind("accounts.housekeeping")
def housekeeping(run: Run) -> Report:
    """Purge dead tokens, note notices that are due, forget what is old."""
    now = timezone.now()
    return {
        "idle": _leave_idle(now),
        "tokens_purged": purge_broken_tokens(now=now),
        "notices": note_due_notices(now=now),
        "counts_forgotten": forget_expired_counts(now),
        "audit_lines_forgotten": forget_old_audit(now=now),
        "answers_forgotten": forget_answers(now),
        "deliveries_forgotten": forget_deliveries(now),
    }


def start_leaving_spotify(user: User, *, now: datetime) -> bool:
    """Give the permission back at once, and have removed what came with it. False where there was none."""
    left = disconnect_spotify(user, now=now)
    if left:
        enqueue("accounts.leave_spotify", key=str(user.pk), args={"user_id": user.pk})
    return left


def _leave_idle(now: datetime) -> int:
    """Disconnect listeners who have been away for a year, as they could themselves. The number of them."""
    idle = idle_listeners(now)
    return sum(start_leaving_spotify(user, now=now) for user in idle)


@job_kind("accounts.webhook", max_attempts=1)
def tell(run: Run, *, delivery_id: str) -> Report:
    """Send one thing to one webhook; what fails waits for its next try in its own row."""
    found = WebhookDelivery.objects.waiting().select_related("webhook").filter(pk=delivery_id)
    delivery = found.order_by("pk").first()
    return {"state": deliver(delivery, now=timezone.now()).value} if delivery else {}


@every_tick
def start_due_deliveries(now: datetime) -> int:
    """Start what is to be told to webhooks. The number of it."""
    due = claim_due_deliveries(now)
    for delivery in due:
        enqueue(
            "accounts.webhook",
            user=delivery.webhook.user,
            key=str(delivery.pk),
            args={"delivery_id": str(delivery.pk)},
        )
    return len(due)


@every_tick
def start_housekeeping(now: datetime) -> None:
    """Start the housekeeping once an hour, whichever process ticks."""
    if take_call("housekeeping", limit=1, window=HOUSEKEEPING_EVERY, now=now).is_admitted:
        enqueue("accounts.housekeeping", key="hourly")
