"""The Import page: uploading, what becomes of it, and the account of every row."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from library.import_forms import UploadForm
from library.import_overview import import_overview, imports_overview
from library.import_tasks import start_import
from library.imports.report import csv_lines
from library.models import HistoryImport
from library.services.importing.ending import cancel_import, forget_import
from library.services.importing.receiving import receive_download
from library.services.importing.rejects import rejected_rows
from library.services.importing.upload import UploadTooLarge
from library.uploads import UploadAllowance, is_too_large


@csrf_exempt  # The token is in the body: `_take` checks it, once the size has been looked at.
@require_http_methods(["GET", "HEAD", "POST"])
def imports_page(request: HttpRequest) -> HttpResponse:
    """Where to get the download, the form to upload it, and past imports."""
    if request.method != "POST":
        return _page(request, _blank_form(request))
    if is_too_large(request):
        return _page(request, _blank_form(request), problem=_too_large(), status=413)
    try:
        return _take(request)
    except TooManyFilesSent:
        return _page(request, _blank_form(request), problem=_too_many(), status=413)


@require_safe
def imports_list(request: HttpRequest) -> HttpResponse:
    """The past imports alone, asked for again while one is under way."""
    return render(request, "library/import_list.html", _listed(request))


@require_safe
def import_page(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: how far it is, or what became of every row."""
    return render(request, "library/import.html", _one(request, import_id))


@require_safe
def import_status(request: HttpRequest, import_id: int) -> HttpResponse:
    """The part of the page that changes while it is read."""
    return render(request, "library/import_status.html", _one(request, import_id))


@require_POST
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Stop an import; what was read stays."""
    history_import = _import_of(request, import_id)
    if cancel_import(history_import, now=timezone.now()):
        messages.success(request, _("The import is cancelled. What had been read stays."))
    return redirect(history_import)


@require_POST
def forget(request: HttpRequest, import_id: int) -> HttpResponse:
    """Delete the record of an import; its plays stay."""
    forget_import(_import_of(request, import_id), now=timezone.now())
    messages.success(request, _("The record is deleted. Your plays stay."))
    return redirect("imports")


@require_safe
def left_out(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    """Every row that was not taken, with the reason, as CSV."""
    rows = rejected_rows(_import_of(request, import_id))
    return StreamingHttpResponse(
        csv_lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="left-out-{import_id}.csv"'},
    )


@csrf_protect
def _take(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=400)
    now = timezone.now()
    allowance = UploadAllowance(_listener(request))
    if wait := allowance.take(now=now):
        return _page(request, form, problem=_too_often(wait, now=now), status=429)
    try:
        received = [_receive(request, form, number, now=now) for number in range(len(form.uploads))]
    except UploadTooLarge:
        allowance.give_back()
        return _page(request, form, problem=_too_large(), status=413)
    if not any(history_import.is_live for history_import in received):
        allowance.give_back()
    return redirect(received[0] if len(received) == 1 else "imports")


def _receive(request: HttpRequest, form: UploadForm, number: int, *, now: datetime) -> HistoryImport:
    upload = form.uploads[number]
    history_import = receive_download(
        _listener(request),
        upload.chunks(),
        file_name=upload.name or "",
        leaves_out_incognito=form.cleaned_data["leaves_out_incognito"],
        now=now,
    )
    if history_import.is_live:
        start_import(history_import)
    return history_import


def _listener(request: HttpRequest) -> User:
    return cast(User, request.user)  # LoginRequiredMiddleware lets nobody else in.


def _import_of(request: HttpRequest, import_id: int) -> HistoryImport:
    return get_object_or_404(HistoryImport.objects.for_user(_listener(request)), pk=import_id)


def _blank_form(request: HttpRequest) -> UploadForm:
    return UploadForm(initial={"leaves_out_incognito": _listener(request).leave_out_incognito})


def _page(request: HttpRequest, form: UploadForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "problem": problem,
        "most_bytes": settings.UPLOAD_MAX_BYTES,
        "most_size": f"{settings.UPLOAD_MAX_BYTES // 1_048_576} MB",
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "too_many": _too_many(),
    }
    return render(request, "library/imports.html", {**_listed(request), **context}, status=status)


def _listed(request: HttpRequest) -> dict[str, object]:
    imports = imports_overview(_listener(request))
    return {"imports": imports, "is_live": any(each.is_live for each in imports)}


def _one(request: HttpRequest, import_id: int) -> dict[str, object]:
    return {"shown": import_overview(_import_of(request, import_id))}


def _too_large() -> str:
    megabytes = settings.UPLOAD_MAX_BYTES // 1_048_576
    return _("That is more than %(size)s MB. Upload the files from inside the ZIP, a few at a time.") % {
        "size": megabytes
    }


def _too_many() -> str:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    return _("More than %(most)s files cannot be sent at once. Upload the ZIP as it is, or some first.") % {
        "most": most
    }


def _too_often(wait: timedelta, *, now: datetime) -> str:
    return _("That were enough uploads for one day. The next is possible in %(time)s.") % {
        "time": timeuntil(now + wait, now)
    }
