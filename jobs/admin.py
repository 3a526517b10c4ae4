"""Work as staff see it: what waits, what runs, what failed and why; put it right without a shell."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jobs.models import Job
from jobs.services import cancel_job, free_job, hurry_job, retry_job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Jobs."""

    list_display = ("kind", "user", "state", "attempts", "run_after", "leased_until", "error", "created_at")
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("user",)
    search_fields = ("=id", "=user__username", "key", "error")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    show_full_result_count = False
    list_per_page = 50
    actions = ("retry", "hurry", "release", "cancel")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Work is asked for where it belongs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by the actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ended jobs go by themselves after thirty days."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether this person may run the actions: those who may change jobs."""
        return bool(request.user.has_perm("jobs.change_job"))

    @admin.action(description=_("Try failed ones again"), permissions=["act"])
    def retry(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        """Back to the start of their attempts."""
        self._act(request, chosen, retry_job)

    @admin.action(description=_("Let waiting ones go on now"), permissions=["act"])
    def hurry(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        """Wait no longer."""
        self._act(request, chosen, hurry_job)

    @admin.action(description=_("Release the lease"), permissions=["act"])
    def release(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        """Take running ones from their worker, so that another may go on."""
        self._act(request, chosen, free_job)

    @admin.action(description=_("Cancel"), permissions=["act"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        """Stop them."""
        self._act(request, chosen, cancel_job)

    def _act(self, request: HttpRequest, chosen: QuerySet[Job], act: Callable[..., bool]) -> None:
        now: datetime = timezone.now()
        done = sum(act(job, now=now) for job in chosen)
        said = ngettext("%(done)s job changed.", "%(done)s jobs changed.", done) % {"done": done}
        self.message_user(request, said, messages.SUCCESS)
