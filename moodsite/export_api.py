"""Exports in the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import BaseRouter

from accounts.rest.idempotency import idempotent
from accounts.rest.problems import Conflict
from accounts.rest.views import ListenerViewSet
from moodsite.export_tasks import start_export
from moodsite.export_views import sent
from moodsite.models import Export


class ExportSerializer(serializers.ModelSerializer[Export]):
    """A ZIP of everything that is known of you."""

    id = serializers.IntegerField(help_text="Its number.")
    state = serializers.ChoiceField(
        choices=[(state.value, state.value) for state in Export.State],
        help_text="`waiting`: it is being written; `ready`: fetch it.",
    )
    size = serializers.IntegerField(help_text="In bytes, once it is ready.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows in it, by kind.")
    created_at = serializers.DateTimeField(help_text="When it was asked for; it is kept for seven days.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it was ready; null before.")

    class Meta:
        model = Export
        fields = ("id", "state", "size", "counts", "created_at", "finished_at")
        read_only_fields = fields


class ExportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """Everything that is known of the listener."""

    serializer_class = ExportSerializer
    limits: ClassVar = {"create": "export"}
    ordering: ClassVar = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Export]:
        """The listener's."""
        return Export.objects.for_user(self.listener)

    @extend_schema(summary="My exports")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Exports of the last seven days, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One export")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Whether it is ready; ask again every few seconds until it is."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Export everything", request=None, responses={202: ExportSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Have everything that is known of you written into a ZIP. At most three a day."""
        wanted = start_export(self.listener, now=timezone.now())
        where = reverse("api-export-detail", args=[wanted.pk], request=request)
        return Response(ExportSerializer(wanted).data, status=202, headers={"Location": where})

    @extend_schema(summary="Fetch an export", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True)
    def download(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The ZIP; 409 until it is ready. Upload it on the Import page of any Moodsite."""
        export = self.get_object()
        if export.state != Export.State.READY:
            raise Conflict(_("It is not ready yet."))
        return sent(export)


def register(router: BaseRouter) -> None:
    """Add the lists of rows."""
    router.register("exports", ExportViewSet, basename="api-export")
