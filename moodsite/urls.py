"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from moodsite import export_views, sample, views
from moodsite.admin import overview

urlpatterns = [
    path("", views.landing, name="landing"),
    path("styleguide/", views.style_guide, name="style-guide"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("allauth.urls")),
    path("imports/sample/", sample.import_sample, name="import-sample"),
    path("", include("accounts.urls")),
    path("", include("library.urls")),
    path("", include("moods.urls")),
    path("", include("playlists.urls")),
    path("settings/export/", export_views.exports_page, name="export_everything"),
    path("settings/export/list/", export_views.exports_list, name="export_list"),
    path("settings/export/new/", export_views.new_export, name="export_new"),
    path("settings/export/<int:export_id>/", export_views.download, name="export_download"),
    path("api/v1/", include("moodsite.api")),
    path("admin/overview/", admin.site.admin_view(overview), name="admin-overview"),
    path("admin/", admin.site.urls),
]

handler400 = "moodsite.views.refused"
handler500 = "moodsite.views.broken"
