"""The page on which a listener takes everything away."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.throttling import RATES, allow
from moodsite.export_tasks import start_export
from moodsite.exporting.keeping import KEPT, content_of
from moodsite.models import Export


@require_safe
def exports_page(request: HttpRequest) -> HttpResponse:
    """What an export is, the button, and the exports there are."""
    return render(request, "moodsite/exports.html", _listed(request))


@require_safe
def exports_list(request: HttpRequest) -> HttpResponse:
    """The exports alone, asked for again while one is being written."""
    return render(request, "moodsite/export_list.html", _listed(request))


@require_POST
def new_export(request: HttpRequest) -> HttpResponse:
    """Start writing one; three a day are enough for anybody."""
    user, now = cast(User, request.user), timezone.now()
    limit, window = RATES["export"]
    if allow(f"api:export:{user.pk}", limit=limit, window=window, now=now):
        messages.error(
            request, _("You have made three exports today. Take one of those, or come back tomorrow.")
        )
        return redirect("export_everything")
    start_export(user, now=now)
    messages.success(request, _("Everything is being written. It takes a minute at most."))
    return redirect("export_everything")


@require_safe
def download(request: HttpRequest, export_id: int) -> StreamingHttpResponse:
    """The ZIP."""
    ready = Export.objects.for_user(cast(User, request.user)).ready()
    return sent(get_object_or_404(ready, pk=export_id))


def sent(export: Export) -> StreamingHttpResponse:
    """The answer that holds the ZIP."""
    name = f"moodsite-export-{export.created_at:%Y-%m-%d}.zip"
    headers = {"Content-Length": str(export.size), "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content_of(export), content_type="application/zip", headers=headers)


def _listed(request: HttpRequest) -> dict[str, object]:
    exports = list(Export.objects.for_user(cast(User, request.user)).newest_first())
    is_live = any(export.state == Export.State.WAITING for export in exports)
    return {"exports": exports, "is_live": is_live, "kept_days": KEPT.days}
