"""Every address of the REST API, gathered from the apps."""

from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

import accounts.api
import library.api
import moods.api
import playlists.api
from accounts.rest.views import Answering
from moodsite import export_api

LISTS = (accounts.api, library.api, moods.api, playlists.api, export_api)
ROOT = {
    "me": "api-me",
    "tokens": "api-token-list",
    "webhooks": "api-webhook-list",
    "jobs": "job-list",
    "tracks": "api-track-list",
    "plays": "api-play-list",
    "moods": "api-mood-list",
    "playlists": "api-playlist-list",
    "corrections": "api-correction-list",
    "imports": "api-import-list",
    "syncs": "api-sync-list",
    "gaps": "api-gap-list",
    "exclusions": "api-exclusion-list",
    "exports": "api-export-list",
    "schema": "api-schema",
    "docs": "api-docs",
}


class Start(Answering):
    """Where everything is."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The addresses to begin with."""
        return Response({word: reverse(name, request=request) for word, name in ROOT.items()})


class Nowhere(Answering):
    """What is asked for under the API and is not there."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever the method, there is nothing."""
        self.check_throttles(request)
        raise NotFound


class Schema(Answering, SpectacularAPIView):
    """The OpenAPI document."""

    def get_renderers(self) -> list[BaseRenderer]:
        """YAML or JSON, as asked for."""
        return [renderer() for renderer in SpectacularAPIView.renderer_classes]


class Docs(SpectacularSwaggerSplitView):
    """The same as a page, which works without any inline script."""

    url_name = "api-schema"
    http_method_names = ("get", "head")


def _router() -> SimpleRouter:
    # Both `plays` and `plays/` are there, so that nobody loses a body to a redirect.
    router = SimpleRouter(trailing_slash=False)
    router.trailing_slash = "/?"
    for module in LISTS:
        module.register(router)
    return router


def _single() -> list[URLPattern]:
    views = accounts.api.VIEWS
    return [
        re_path(rf"^{address}/?$", view.as_view(), name="api-" + address.replace("/", "-"))
        for address, view in views.items()
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", Start.as_view(), name="api-start"),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    *_single(),
    *_router().urls,
    re_path("", Nowhere.as_view()),
]
