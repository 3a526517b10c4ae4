"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Listeners, their Spotify grants, their tokens."""

    name = "accounts"

    def ready(self) -> None:
        """Tell the OpenAPI document about our tokens; count a session's days from its sign-in."""
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from accounts import schema, sessions  # noqa: F401, PLC0415

        user_logged_in.connect(sessions.begin_with_sign_in, dispatch_uid="accounts.sessions")
