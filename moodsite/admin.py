"""The overview for staff, and exports, which nobody but their listener may open."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.admin import ReadOnly
from moodsite.models import Export
from moodsite.overview import site_overview


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How the whole site is doing."""
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": _("Overview"),
        "overview": site_overview(now),
        "now": now,
    }
    return TemplateResponse(request, "admin/overview.html", context)


@admin.register(Export)
class ExportAdmin(ReadOnly):
    """Exports, without what is in them."""

    list_display = ("created_at", "user", "state", "size", "finished_at")
    list_filter = ("state", "created_at")
    list_select_related = ("user",)
    search_fields = ("=user__username",)
    date_hierarchy = "created_at"
    show_full_result_count = False
