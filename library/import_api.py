"""Uploads of the privacy download in the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import Throttled
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.rest.idempotency import idempotent
from accounts.rest.problems import Conflict, TooLarge
from accounts.rest.views import ListenerViewSet
from library.import_tasks import start_import
from library.imports.report import csv_lines
from library.models import HistoryImport
from library.serializers import ImportSerializer, UploadSerializer
from library.services.importing.ending import cancel_import, forget_import
from library.services.importing.receiving import receive_download
from library.services.importing.rejects import rejected_rows
from library.services.importing.upload import UploadTooLarge
from library.uploads import UploadAllowance, is_too_large


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """Downloads that were uploaded, each with an account of every row."""

    serializer_class = ImportSerializer
    parser_classes = (MultiPartParser, JSONParser)
    ordering: ClassVar = ("-created_at", "-pk")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is too large before a byte of it is read."""
        super().initial(request, *args, **kwargs)
        if self.action == "create" and is_too_large(request._request):  # noqa: SLF001
            raise TooLarge

    def get_queryset(self) -> QuerySet[HistoryImport]:
        """The listener's."""
        return HistoryImport.objects.for_user(self.listener)

    @extend_schema(summary="My imports")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was uploaded, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One import")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How far it is, and what became of every row; ask again every few seconds until it ends."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Import a download",
        request={"multipart/form-data": UploadSerializer},
        responses={202: ImportSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Upload the file that Spotify sent; a worker reads it. At most five a day.

        A file that is no download is answered with an import whose state is `failed`.
        """
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        history_import = self._receive(**form.validated_data)
        where = reverse("api-import-detail", args=[history_import.pk], request=request)
        return Response(ImportSerializer(history_import).data, status=202, headers={"Location": where})

    @extend_schema(
        summary="Forget an import", responses={204: OpenApiResponse(description="Its record is gone.")}
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete the record of an import, stopped if it still runs; the plays it brought stay."""
        forget_import(self.get_object(), now=timezone.now())
        return Response(status=204)

    @extend_schema(summary="Cancel an import", request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop it; plays that were stored stay. 409 when it has ended."""
        history_import = self.get_object()
        if not cancel_import(history_import, now=timezone.now()):
            raise Conflict
        return Response(ImportSerializer(history_import).data)

    @extend_schema(summary="Rows not taken", responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(detail=True)
    def rejected(self, request: Request, pk: str) -> StreamingHttpResponse:
        """All rows that were left out, each with its reason, as CSV."""
        lines = csv_lines(rejected_rows(self.get_object()))
        headers = {"Content-Disposition": 'attachment; filename="rows-not-taken.csv"'}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    def _receive(self, *, file: Any, leave_out_incognito: bool | None = None) -> HistoryImport:
        user, now, allowance = self.listener, timezone.now(), UploadAllowance(self.listener)
        if wait := allowance.take(now=now):
            raise Throttled(wait.total_seconds())
        chosen = user.leave_out_incognito if leave_out_incognito is None else leave_out_incognito
        try:
            received = receive_download(
                user, file.chunks(), file_name=file.name, leaves_out_incognito=chosen, now=now
            )
        except UploadTooLarge as error:
            allowance.give_back()
            raise TooLarge from error
        if received.is_live:
            start_import(received)
        else:
            allowance.give_back()
        return received
