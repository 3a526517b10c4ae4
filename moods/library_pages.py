"""The API's pages of a library: by place, like the Tracks page, in any of its orders."""

from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.rest.paging import MOST, PAGE_SIZE, CursorPages
from library.models import LibraryTrack
from library.models.shelf import LibraryTrackQuerySet
from moods.paging import SORTS, Page, Place, page_of


class LibraryPages(BasePagination):
    """Fifty tracks a page, a hundred at most; the view has `query` and `tracks_of_mood()`."""

    def paginate_queryset(  # type: ignore[override]
        self, queryset: LibraryTrackQuerySet, request: Request, view: APIView | None = None
    ) -> list[LibraryTrack]:
        """One page; a cursor that somebody made up is no page."""
        query: Mapping[str, Any] = view.query  # type: ignore[union-attr]
        sort, text = SORTS[query["sort"]], query.get("cursor", "")
        place = Place.from_text(text, sort) if text else None
        if text and place is None:
            raise NotFound(CursorPages.invalid_cursor_message)
        size = min(MOST, query.get("page_size", PAGE_SIZE))
        only = view.tracks_of_mood()  # type: ignore[union-attr]
        self.page: Page = page_of(queryset, sort, place=place, only=only, size=size)
        self.address = request.build_absolute_uri()
        return list(self.page.rows)

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the addresses of its neighbours."""
        around = {"next": self._link(self.page.next), "previous": self._link(self.page.previous)}
        return Response({**around, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """How a page is described: as every other."""
        return CursorPages().get_paginated_response_schema(schema)

    def _link(self, place: str) -> str | None:
        return replace_query_param(self.address, "cursor", place) if place else None
