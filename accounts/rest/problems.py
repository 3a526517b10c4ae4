"""Tell what went wrong as RFC 9457 problem details, whatever it was that went wrong."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


class Conflict(APIException):
    """What is asked for does not go together with how things stand."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This cannot be done as things stand.")
    default_code = "conflict"


class KeyUsedOtherwise(APIException):
    """An idempotency key came again with another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This Idempotency-Key was sent before with another request.")
    default_code = "key_used_otherwise"


class TooLarge(APIException):
    """More was sent than is taken."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("This is more than can be taken.")
    default_code = "too_large"


def problem(status_code: int, detail: str, **more: Any) -> dict[str, Any]:
    """The members of one problem; `more` are members of our own."""
    title = HTTPStatus(status_code).phrase
    return {"type": "about:blank", "title": title, "status": status_code, "detail": detail, **more}


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer to an API request that raised `error`; None where only a person can mend it."""
    known = _known(error)
    response = exception_handler(known, dict(context))
    if response is None:
        return None
    response.data = _described(known, response)
    return response


def plain_problem(request: HttpRequest, code: int, detail: str) -> JsonResponse:
    """The same for a request that never reached a view of the API."""
    return JsonResponse(problem(code, detail), status=code, content_type=MEDIA_TYPE)


def _known(error: Exception) -> Exception:
    """What the framework answers; a few errors of Django's have no answer of their own there."""
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return ParseError()
    return error


def _described(error: Exception, response: Response) -> dict[str, Any]:
    status_code = response.status_code
    if isinstance(error, ValidationError):
        errors = list(_flat(error.detail))
        words = str(_("Some of what was sent cannot be taken."))
        return problem(status_code, words, code="invalid", errors=errors)
    detail = response.data.get("detail") if isinstance(response.data, Mapping) else None
    words = str(detail or HTTPStatus(status_code).phrase)
    return problem(status_code, words, code=getattr(detail, "code", "error"))


def _flat(detail: Any, name: str = "") -> Iterator[dict[str, str]]:
    """Every complaint with the name of its field, `recipe.mood` or `tracks.3`; "" for the whole."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _flat(value, name if key == "non_field_errors" else _joined(name, str(key)))
        return
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        for place, value in enumerate(detail):
            is_leaf = isinstance(value, str)
            yield from _flat(value, name if is_leaf else _joined(name, str(place)))
        return
    yield {"field": name, "message": str(detail)}


def _joined(name: str, part: str) -> str:
    return f"{name}.{part}" if name else part
