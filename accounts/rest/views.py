"""The base of the API's views: who asks, what may be asked, and tags for what has not changed."""

from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256
from typing import Any, ClassVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, NotAcceptable, NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.rest.parameters import NoQuery, PageQuery, clean_query
from accounts.rest.problems import MEDIA_TYPE


class LookingAround(BrowsableAPIRenderer):
    """Pages to look around in, which say what language they are in."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The page."""
        page = str(super().render(*args, **kwargs))
        return page.replace("<html>", f'<html lang="{get_language()}">', 1)


class JsonAtLeast(DefaultContentNegotiation):
    """What the client accepts, or JSON where we have nothing of the kind."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type."""
        known = list(renderers)
        try:
            return cast(tuple[BaseRenderer, str], super().select_renderer(request, known, format_suffix))
        except NotAcceptable:
            return known[0], known[0].media_type


class Answering(APIView):
    """What all of the API's views do, whether they list rows or not.

    `queries` names by action (or by method) the serializer of its query parameters; there are none
    elsewhere. `tagged` names the actions whose answers carry an ETag. `limits` names by action the
    scope of `accounts.throttling.RATES` that it counts against.
    """

    content_negotiation_class = JsonAtLeast
    queries: ClassVar[dict[str, type[serializers.Serializer[Any]]]] = {}
    tagged: ClassVar[frozenset[str]] = frozenset()
    limits: ClassVar[dict[str, str]] = {}
    query: dict[str, Any]

    @property
    def asked(self) -> str:
        """The action, or the method where a view has no actions."""
        return getattr(self, "action", None) or (self.request.method or "").lower()

    @property
    def listener(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    def get_renderers(self) -> list[BaseRenderer]:
        """JSON; for a person who is signed in in a browser pages to look around in, too."""
        plain = getattr(self.request, "_request", None)
        person = getattr(plain, "user", None)
        pages = [LookingAround()] if person is not None and person.is_authenticated else []
        return [JSONRenderer(), *pages]

    def query_serializer(self) -> type[serializers.Serializer[Any]]:
        """What may stand in the query."""
        return self.queries.get(self.asked, NoQuery)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """The answer; its times are UTC, whatever zone the listener lives in."""
        with timezone.override(UTC):
            return cast(Response, super().dispatch(request, *args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Sign in, count, and read the query; strangers count, too."""
        self.throttle_scope = self.limits.get(self.asked, "")
        try:
            super().initial(request, *args, **kwargs)
        except (NotAuthenticated, AuthenticationFailed):
            self.check_throttles(request)
            raise
        self.query = clean_query(request, self.query_serializer())

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Name problems by their own media type, and tag what can be asked for again."""
        final = super().finalize_response(request, response, *args, **kwargs)
        renderer = getattr(final, "accepted_renderer", None)
        if final.status_code >= 400 and isinstance(renderer, JSONRenderer):
            final.content_type = MEDIA_TYPE
        if request.user.is_authenticated:
            # A token's listener is known here only, not to the pages' middleware.
            patch_cache_control(final, no_store=True)
        if final.status_code == 200 and request.method in {"GET", "HEAD"} and self.asked in self.tagged:
            final.add_post_render_callback(lambda rendered: tagged(request, rendered))
        return final


class ListenerViewSet(Answering, GenericViewSet):  # type: ignore[type-arg]
    """Rows of the one who asks; another listener's row is not there."""

    lookup_value_regex = "[0-9]{1,18}"

    def query_serializer(self) -> type[serializers.Serializer[Any]]:
        """What may stand in the query; a list is paged."""
        return self.queries.get(self.asked, PageQuery if self.asked == "list" else NoQuery)


def tagged(request: Request, response: HttpResponse) -> HttpResponse | None:
    """The rendered answer with its ETag, or "304 Not Modified" where the client has it already."""
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    unchanged = get_conditional_response(request._request, etag=etag, response=response)  # noqa: SLF001
    return unchanged if isinstance(unchanged, HttpResponse) and unchanged is not response else None
