"""How much and how often a listener may upload."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from accounts.counting import give_back, take_call
from accounts.models import User
from accounts.throttling import RATES

_FORM_BYTES = 64 * 1024
"""What a form adds to its files."""


class UploadAllowance:
    """One upload on the page, of those that a day allows; several files at once are one."""

    def __init__(self, user: User) -> None:
        self._service = f"import:{user.pk}"
        self._mark = ""

    def take(self, *, now: datetime) -> timedelta:
        """Count it. Zero when it is allowed, otherwise how long to wait."""
        limit, window = RATES["import"]
        ticket = take_call(self._service, limit=limit, window=window, now=now)
        self._mark = ticket.mark
        return ticket.wait

    def give_back(self) -> None:
        """It was none: nothing that was sent could be read."""
        if self._mark:
            give_back(self._service, mark=self._mark)


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request says that it is larger than any upload may be; its body is not read."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return True
    return size > settings.UPLOAD_MAX_BYTES + _FORM_BYTES
