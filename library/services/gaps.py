"""Close the gaps that a download fills."""

from datetime import datetime

from accounts.models import User
from library.models import Gap, HistoryImport


def close_covered_gaps(
    user: User, history_import: HistoryImport, *, first_at: datetime, last_at: datetime, now: datetime
) -> int:
    """Close the open gaps that lie within the plays of a download; the number of them.

    `first_at` and `last_at` are the first and last play of the download, whatever their length.
    """
    covered = Gap.objects.for_user(user).open().within(first_at, last_at)
    return covered.update(closed_at=now, closed_by=history_import)
