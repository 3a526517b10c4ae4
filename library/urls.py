"""Addresses of the library's pages."""

from django.urls import path

from library import import_views, views

urlpatterns = [
    path("imports/", import_views.imports_page, name="imports"),
    path("imports/list/", import_views.imports_list, name="imports-list"),
    path("imports/<int:import_id>/", import_views.import_page, name="import"),
    path("imports/<int:import_id>/status/", import_views.import_status, name="import-status"),
    path("imports/<int:import_id>/cancel/", import_views.cancel, name="import-cancel"),
    path("imports/<int:import_id>/delete/", import_views.forget, name="import-delete"),
    path("imports/<int:import_id>/left-out.csv", import_views.left_out, name="import-left-out"),
    path("sync/", views.sync_page, name="sync"),
    path("sync/now/", views.sync_now, name="sync-now"),
    path("sync/progress/", views.sync_progress, name="sync-progress"),
]
