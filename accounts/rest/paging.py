"""Pages that go on from a row and not from a number: as quick at the end of a list as at its start."""

from typing import Any

from django.core.exceptions import ValidationError as BadValue
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

PAGE_SIZE, MOST = 50, 100


class CursorPages(CursorPagination):
    """Fifty rows a page, a hundred at most, in the order that the view names.

    A view says `ordering`, or has `get_ordering(request)`; columns only that are never null.
    """

    page_size = PAGE_SIZE
    max_page_size = MOST
    page_size_query_param = "page_size"
    invalid_cursor_message = _("There is no such page.")  # type: ignore[assignment]

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """The columns that the view sorts by."""
        asked = getattr(view, "get_ordering", None)
        return tuple(asked(request) if asked else view.ordering)  # type: ignore[attr-defined]

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """One page; a cursor that somebody made up is no page."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, TypeError, OverflowError, BadValue) as error:
            raise NotFound(self.invalid_cursor_message) from error

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """How a page is described."""
        link = {
            "type": ["string", "null"],
            "format": "uri",
            "examples": ["https://mood.example.org/api/v1/plays?cursor=cD0yMDI2"],
        }
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The next page; null on the last one."},
                "previous": {**link, "description": "The page before; null on the first one."},
                "results": {**schema, "description": "The rows of this page, 50 unless asked otherwise."},
            },
        }
