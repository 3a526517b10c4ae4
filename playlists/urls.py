"""Addresses of the pages about playlists."""

from django.urls import include, path

from playlists import build_views, views

one_playlist = [
    path("", views.playlist_page, name="playlist"),
    path("status/", views.playlist_status, name="playlist-status"),
    path("edit/", build_views.edit, name="playlist-edit"),
    path("publish/", views.publish, name="playlist-publish"),
    path("refresh/", views.refresh, name="playlist-refresh"),
    path("details/", views.change_details, name="playlist-details"),
    path("schedule/", views.change_schedule, name="playlist-schedule"),
    path("versions/<int:number>/", views.version, name="playlist-version"),
    path("left/", views.left, name="playlist-left"),
    path("left/<int:track_id>/", views.let_back, name="playlist-let-back"),
    path("export/<str:ending>/", views.export, name="playlist-export"),
    path("duplicate/", views.duplicate, name="playlist-duplicate"),
    path("delete/", views.delete, name="playlist-delete"),
    path("undelete/", views.undelete, name="playlist-undelete"),
]

urlpatterns = [
    path("build/", build_views.build, name="build"),
    path("build/new-songs/", build_views.new_songs, name="build-new-songs"),
    path("playlists/", views.playlists_page, name="playlists"),
    path("playlists/<uuid:playlist_id>/", include(one_playlist)),
]
