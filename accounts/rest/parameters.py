"""Query parameters, read through serializers; a name that an address does not know is refused."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


class NoQuery(serializers.Serializer[Any]):
    """No parameters at all."""


class PageQuery(serializers.Serializer[Any]):
    """Which page of a list."""

    cursor = serializers.CharField(
        required=False, max_length=500, help_text="Where a page begins; take it from `next` or `previous`."
    )
    page_size = serializers.IntegerField(
        required=False, min_value=1, help_text="Rows on a page: 50, and never more than 100."
    )


def clean_query(request: Request, known: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The values of the query by name; raises ValidationError for an unknown name or a bad value."""
    _refuse_unknown(request, known().fields.keys())
    serializer = known(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _refuse_unknown(request: Request, known: Collection[str]) -> None:
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise ValidationError({name: [_("There is no such parameter here.")] for name in unknown})
