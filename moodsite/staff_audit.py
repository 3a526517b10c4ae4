"""Leave a line in the audit log when staff look at a listener's rows, or do something, in the admin."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from accounts.models import User
from accounts.services import Audited, record_audit

GetResponse = Callable[[HttpRequest], HttpResponse]

MOST_ROWS = 100
"""Of an action on many rows, so many are named."""


def staff_audit(get_response: GetResponse) -> GetResponse:
    """Note what staff saw of a listener (a row's own page) and what they changed or ran."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if match is not None and match.app_name == "admin" and match.url_name and request.user.is_staff:
            _note(request, response, match)
        return response

    return middleware


def _note(request: HttpRequest, response: HttpResponse, match: ResolverMatch) -> None:
    now, told = timezone.now(), {"by": request.user.pk, "page": match.url_name}
    listener = _listener_of(match)
    if request.method == "GET" and response.status_code == 200 and listener is not None:
        record_audit(Audited.SEEN_BY_STAFF, now=now, user=listener, **told)
    # A form with faults, or a question whether one is sure, is answered with a page.
    if request.method == "POST" and response.status_code == 302:
        record_audit(Audited.ACTED_BY_STAFF, now=now, user=listener, **told, **_act(request))


def _act(request: HttpRequest) -> dict[str, Any]:
    if "action" not in request.POST:
        return {}
    return {
        "action": request.POST["action"],
        "rows": request.POST.getlist("_selected_action")[:MOST_ROWS],
    }


def _listener_of(match: ResolverMatch) -> User | None:
    """Whose row the page is about; None for a list, for what is nobody's, and for what is gone."""
    key = match.kwargs.get("object_id") or match.kwargs.get("id")
    model = _model_of(match.url_name or "")
    if key is None or model is None:
        return None
    try:
        is_of_listener = model is User or bool(model._meta.get_field("user"))  # noqa: SLF001
        row = model._default_manager.filter(pk=unquote(str(key))).first()  # noqa: SLF001
    except (FieldDoesNotExist, ValidationError, ValueError):
        return None
    if row is None or not is_of_listener:
        return None
    return row if isinstance(row, User) else row.user  # type: ignore[attr-defined]


def _model_of(url_name: str) -> type[Model] | None:
    """The model of a page that the admin calls `<app>_<model>_<what>`."""
    words = url_name.split("_")
    try:
        # Django calls the page of a password after its own model of people.
        return User if url_name == "auth_user_password_change" else apps.get_model(words[0], words[1])
    except (LookupError, IndexError):
        return None
