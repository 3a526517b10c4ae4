"""Addresses of a listener's own settings, and of what everybody may read about privacy."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("settings/", views.settings_page, name="settings"),
    path("settings/preferences/", views.change_preferences, name="settings_preferences"),
    path("settings/time-zone/", views.report_time_zone, name="settings_time_zone"),
    path("settings/password/", views.change_password, name="settings_password"),
    path("settings/tokens/", views.create_token, name="settings_tokens"),
    path("settings/tokens/<int:token_id>/revoke/", views.end_token, name="settings_token_revoke"),
    path("settings/webhooks/", views.create_webhook, name="settings_webhooks"),
    path("settings/webhooks/<int:webhook_id>/delete/", views.end_webhook, name="settings_webhook_delete"),
    path("settings/spotify/disconnect/", views.disconnect, name="settings_disconnect"),
    path("settings/delete/", views.delete, name="settings_delete"),
    path("privacy/", views.privacy, name="privacy"),
]
