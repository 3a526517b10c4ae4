"""Answer a repeated POST with the first answer instead of doing it again."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.rest.problems import KeyUsedOtherwise
from accounts.services.repeats import FirstAnswer, first_answer, keep_answer

HEADER = "Idempotency-Key"
LONGEST_KEY = 200

Handler = TypeVar("Handler", bound=Callable[..., Response])


def idempotent(handler: Handler) -> Handler:
    """Let the decorated method of a view honour the `Idempotency-Key` header.

    What is done and its answer are kept in one transaction: after a crash either both are there or
    neither. A refusal is not kept, so the same key may be tried again.
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise ValidationError({HEADER: [_("A key has at most 200 printable characters.")]})
        return _answer(request, key, lambda: handler(view, request, *args, **kwargs))

    once.is_idempotent = True  # type: ignore[attr-defined]
    return cast(Handler, once)


def _answer(request: Request, key: str, do: Callable[[], Response]) -> Response:
    user, fingerprint = cast(User, request.user), fingerprint_of(request)
    with transaction.atomic():
        first = first_answer(user, key, fingerprint=fingerprint, now=timezone.now())
        if isinstance(first, FirstAnswer):
            return _again(first)
        if first is None:
            raise KeyUsedOtherwise
        response = do()
        keep_answer(first, FirstAnswer(response.status_code, _headers(response), _as_json(response.data)))
    return response


def fingerprint_of(request: Request) -> str:
    """What makes two requests the same: method, address, and everything sent with them."""
    told = [request.method, request.get_full_path(), _told(request.data)]
    return sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _told(sent: Any) -> Any:
    if not isinstance(sent, Mapping):
        return sent
    return {
        name: _digest(value) if isinstance(value, UploadedFile) else value for name, value in sent.items()
    }


def _digest(file: "UploadedFile[Any]") -> list[Any]:
    digest = sha256()
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    return [file.name, file.size, digest.hexdigest()]


def _headers(response: Response) -> dict[str, str]:
    return {name: response[name] for name in ("Location", "Retry-After") if name in response}


def _as_json(sent: Any) -> Any:
    return None if sent is None else json.loads(JSONRenderer().render(sent))


def _again(first: FirstAnswer) -> Response:
    return Response(
        first.body, status=first.status, headers={**first.headers, "Idempotency-Replayed": "true"}
    )
