"""Addresses under /accounts/spotify/; allauth includes them."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns
from django.urls import path

from accounts.oauth import views
from accounts.oauth.provider import SpotifyProvider

urlpatterns = [
    *default_urlpatterns(SpotifyProvider),
    path("spotify/allow-saving/", views.allow_saving, name="spotify_allow_saving"),
    path("spotify/reconnect/", views.reconnect, name="spotify_reconnect"),
]
