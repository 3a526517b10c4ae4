"""A listener's account in the API: who I am, my tokens."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter
from rest_framework.views import APIView

from accounts.job_api import JobViewSet
from accounts.models import ApiToken
from accounts.rest.views import Answering, ListenerViewSet
from accounts.serializers import FarewellQuery, MeSerializer, NewTokenSerializer, TokenSerializer
from accounts.services import close_account
from accounts.services.preferences import save_preferences
from accounts.services.tokens import TokenRefused, make_token, revoke_token
from accounts.tasks import start_leaving_spotify
from accounts.webhook_api import WebhookViewSet
from jobs.starting import enqueue


class MeView(Answering):
    """The listener who asks."""

    queries: ClassVar = {"delete": FarewellQuery}

    @extend_schema(operation_id="me", summary="Who I am", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Your name, your choices, and how the connection to Spotify stands."""
        return Response(MeSerializer(self.listener).data)

    @extend_schema(
        operation_id="me_change", summary="Change my choices", request=MeSerializer, responses=MeSerializer
    )
    def patch(self, request: Request) -> Response:
        """Change some of your choices; the others stay."""
        form = MeSerializer(self.listener, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        save_preferences(self.listener, form.preferences())
        return Response(MeSerializer(self.listener).data)

    @extend_schema(
        operation_id="me_delete",
        summary="Delete my account",
        responses={204: OpenApiResponse(description="Closed; in a minute nothing of it is left.")},
    )
    def delete(self, request: Request) -> Response:
        """Close the account now and have everything removed. There is no way back: export first."""
        user = self.listener
        if self.query["name"] != user.get_username():
            raise ValidationError({"name": [_("This is not your name here.")]})
        close_account(user, now=timezone.now())
        enqueue("accounts.delete", key=str(user.pk), args={"user_id": user.pk})
        return Response(status=204)


class MySpotifyView(Answering):
    """The listener's connection to Spotify."""

    @extend_schema(
        operation_id="me_spotify_disconnect",
        summary="Disconnect Spotify",
        responses={204: OpenApiResponse(description="Disconnected, or there was no connection.")},
    )
    def delete(self, request: Request) -> Response:
        """Give the permission back at once, and have removed what came from Spotify with it."""
        start_leaving_spotify(self.listener, now=timezone.now())
        return Response(status=204)


class TokenViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """Personal tokens."""

    serializer_class = TokenSerializer
    ordering: ClassVar = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Those nobody took back."""
        return self.listener.api_tokens.unrevoked()

    @extend_schema(summary="My tokens")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your tokens, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One of my tokens")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is known of a token."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Make a token", request=TokenSerializer, responses={201: NewTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token; its secret is in this answer and never again.

        Only a person signed in in a browser may: a token that fell into wrong hands breeds no others.
        """
        if isinstance(request.auth, ApiToken):
            raise PermissionDenied(_("A token cannot make tokens: sign in in the browser."))
        form = TokenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            token, secret = make_token(self.listener, now=timezone.now(), **form.wanted())
        except TokenRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return Response({**TokenSerializer(token).data, "secret": secret}, status=201)

    @extend_schema(summary="Revoke a token", responses={204: OpenApiResponse(description="Revoked.")})
    def destroy(self, request: Request, pk: str) -> Response:
        """Let it open no door any more."""
        revoke_token(self.get_object(), now=timezone.now())
        return Response(status=204)


VIEWS: dict[str, type[APIView]] = {"me": MeView, "me/spotify": MySpotifyView}
"""By address; what is not a list of rows."""


def register(router: BaseRouter) -> None:
    """Add the lists of rows."""
    router.register("jobs", JobViewSet, basename="job")
    router.register("webhooks", WebhookViewSet, basename="api-webhook")
    router.register("tokens", TokenViewSet, basename="api-token")
