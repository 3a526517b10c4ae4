"""Addresses of the pages about moods."""

from django.urls import path

from moods import exclusion_views, share_views, track_views, views

urlpatterns = [
    path("home/", views.home, name="home"),
    path("home/progress/", views.home_progress, name="home-progress"),
    path("home/<int:number>/", views.year, name="year"),
    path("share/", share_views.share, name="share"),
    path("share/card.png", share_views.share_card, name="share-card"),
    path("moods/", views.moods, name="moods"),
    path("moods/<slug:name>/", views.mood, name="mood"),
    path("tracks/", track_views.tracks, name="tracks"),
    path("tracks/<int:pk>/", track_views.track, name="track"),
    path("tracks/<int:pk>/choose/", track_views.choose, name="track-choose"),
    path("tracks/<int:pk>/mood/", track_views.correct, name="track-correct"),
    path("tracks/<int:pk>/undo/", track_views.undo, name="track-undo"),
    path("tracks/<int:pk>/never/", track_views.exclude, name="track-exclude"),
    path("tracks/<int:pk>/again/", track_views.allow, name="track-allow"),
    path("tracks/<int:pk>/never/<int:artist>/", track_views.exclude_artist_of, name="artist-exclude"),
    path("tracks/<int:pk>/again/<int:artist>/", track_views.allow_artist_of, name="artist-allow"),
    path("settings/excluded/", exclusion_views.excluded, name="excluded"),
    path("settings/excluded/<int:pk>/again/", exclusion_views.allow, name="excluded-allow"),
    path("settings/corrections/", track_views.corrections, name="corrections"),
    path("settings/corrections/use/", track_views.use, name="corrections-use"),
    path("settings/corrections/reset/", track_views.reset, name="corrections-reset"),
]
