"""Work that a request started, for whoever waits for its end."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.rest.views import ListenerViewSet
from jobs.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """A piece of work."""

    id = serializers.UUIDField(help_text="Its name.")
    kind = serializers.CharField(help_text="What is done, `library.sync` for one.")
    state = serializers.ChoiceField(
        choices=Job.State.choices, help_text="`queued` and `running` go on; the others are ends."
    )
    progress = serializers.DictField(help_text="How far it is, in numbers that depend on the kind.")
    result = serializers.DictField(help_text="What came of it, once it is done.")
    problem = serializers.CharField(source="error", help_text="Why it waits or failed; empty otherwise.")
    next_try_at = serializers.DateTimeField(source="run_after", help_text="Not before then, while queued.")
    created_at = serializers.DateTimeField(help_text="When it was asked for.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it ended; null before.")

    class Meta:
        model = Job
        fields = (
            *("id", "kind", "state", "progress", "result", "problem"),
            *("next_try_at", "created_at", "finished_at"),
        )
        read_only_fields = fields


class JobViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """Work that goes on, and what ended in the last thirty days."""

    serializer_class = JobSerializer
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    ordering: ClassVar = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Job]:
        """The listener's own."""
        return Job.objects.for_user(self.listener)

    @extend_schema(summary="My jobs")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was asked for, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One job")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How a piece of work stands; ask again every few seconds until it ends."""
        return super().retrieve(request, *args, **kwargs)


def accepted(job: Job, request: Request) -> Response:
    """202: the work goes on elsewhere, and `Location` says where to look how it stands."""
    where = reverse("job-detail", args=[job.pk], request=request)
    return Response(JobSerializer(job).data, status=202, headers={"Location": where})
