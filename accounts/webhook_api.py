"""A listener's webhooks in the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Webhook, WebhookDelivery
from accounts.rest.parameters import PageQuery
from accounts.rest.views import ListenerViewSet
from accounts.services.hooks import Event, WebhookRefused, delete_webhook, make_webhook


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A server of yours that is told what happens."""

    id = serializers.IntegerField(read_only=True, help_text="Its number.")
    url = serializers.CharField(
        max_length=500, help_text="Where to; https, and a host on the public internet."
    )
    events = serializers.MultipleChoiceField(
        choices=Event.choices,
        allow_empty=False,
        help_text="What it is told of.",
    )
    is_active = serializers.BooleanField(
        read_only=True, help_text="Whether anything is sent there; no longer after many failures."
    )
    created_at = serializers.DateTimeField(read_only=True, help_text="Since when.")

    class Meta:
        model = Webhook
        fields = ("id", "url", "events", "is_active", "created_at")

    def to_representation(self, hook: Webhook) -> dict[str, Any]:
        """Events as a list: JSON knows no sets."""
        return {**super().to_representation(hook), "events": sorted(hook.events)}


class NewWebhookSerializer(WebhookSerializer):
    """A webhook that was just made, with its secret, this once."""

    secret = serializers.CharField(read_only=True, help_text="Signs what is sent. It is not shown again.")

    class Meta(WebhookSerializer.Meta):
        fields = (*WebhookSerializer.Meta.fields, "secret")  # type: ignore[assignment]


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One thing that was told, or is to be."""

    id = serializers.UUIDField(help_text="As `Webhook-Id` says it.")
    event = serializers.ChoiceField(choices=Event.choices, help_text="What happened.")
    payload = serializers.DictField(help_text="What was told about it.")
    state = serializers.ChoiceField(
        choices=[(state.value, state.value) for state in WebhookDelivery.State],
        help_text="`waiting` is tried again, eight times in all.",
    )
    attempts = serializers.IntegerField(help_text="How often it was tried.")
    status_code = serializers.IntegerField(allow_null=True, help_text="What came back last; null: nothing.")
    problem = serializers.CharField(help_text="What went wrong last; empty: nothing.")
    created_at = serializers.DateTimeField(help_text="When it happened.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it ended; null before.")

    class Meta:
        model = WebhookDelivery
        fields = (
            *("id", "event", "payload", "state", "attempts", "status_code", "problem"),
            *("created_at", "finished_at"),
        )
        read_only_fields = fields


class WebhookViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """The listener's webhooks."""

    serializer_class = WebhookSerializer
    queries: ClassVar = {"deliveries": PageQuery}
    ordering: ClassVar = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Webhook]:
        """The listener's."""
        return Webhook.objects.for_user(self.listener)

    @extend_schema(summary="My webhooks")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Servers of yours that are told what happens, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One webhook")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What it is told of, and whether it still is."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Make a webhook", request=WebhookSerializer, responses={201: NewWebhookSerializer})
    def create(self, request: Request) -> Response:
        """Have a server of yours told; its secret is in this answer and never again.

        Each call carries `Webhook-Id`, `Webhook-Timestamp` and `Webhook-Signature`: `v1=` and the
        HMAC-SHA256, in hexadecimal, of `id.timestamp.body` under the secret. Refuse old timestamps.
        """
        form = WebhookSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            hook, secret = make_webhook(self.listener, now=timezone.now(), **form.validated_data)
        except WebhookRefused as refusal:
            raise ValidationError({"url": [str(refusal)]}) from refusal
        return Response({**WebhookSerializer(hook).data, "secret": secret}, status=201)

    @extend_schema(summary="Delete a webhook", responses={204: OpenApiResponse(description="Deleted.")})
    def destroy(self, request: Request, pk: str) -> Response:
        """Nothing is sent there any more."""
        delete_webhook(self.get_object())
        return Response(status=204)

    @extend_schema(summary="What it was told", responses=DeliverySerializer(many=True))
    @action(detail=True)
    def deliveries(self, request: Request, pk: str) -> Response:
        """The last thirty days, the newest first."""
        page = self.paginate_queryset(self.get_object().deliveries.newest_first())
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)
