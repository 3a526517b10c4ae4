"""Refuse to start on a configuration that would be unsafe or could not work, and say what to do."""

from collections.abc import Iterable, Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

KEY_COMMAND = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


@register("configuration")
def check_configuration(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Every complaint about the environment, each with its remedy."""
    yield from _secret_key()
    yield from _hosts()
    yield from _token_keys()
    yield from _spotify()


def _secret_key() -> Iterable[CheckMessage]:
    if len(settings.SECRET_KEY) < 40:
        yield Error(
            "SECRET_KEY is missing or shorter than 40 characters.",
            hint="Set SECRET_KEY to a long random string; `make run` writes one into .env.",
            id="moodsite.E001",
        )


def _hosts() -> Iterable[CheckMessage]:
    if any("*" in host or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        yield Error(
            "ALLOWED_HOSTS has a wildcard.",
            hint="Name each host exactly, separated by commas: ALLOWED_HOSTS=mood.example.org",
            id="moodsite.E002",
        )
    if settings.DEBUG and settings.IS_PUBLIC:
        yield Error(
            "DEBUG is on while ALLOWED_HOSTS names a public host.",
            hint="Set DEBUG=False, or leave ALLOWED_HOSTS at 127.0.0.1 on your own machine.",
            id="moodsite.E003",
        )


def _token_keys() -> Iterable[CheckMessage]:
    if not settings.TOKEN_KEYS:
        yield Error(
            "TOKEN_KEYS is empty, so Spotify's tokens could not be encrypted.",
            hint=f"Set TOKEN_KEYS to a key made by: {KEY_COMMAND}",
            id="moodsite.E004",
        )
    for key in settings.TOKEN_KEYS:
        if not _is_fernet_key(key):
            yield Error(
                "TOKEN_KEYS holds something that is not a Fernet key.",
                hint=f"Make each key by: {KEY_COMMAND}",
                id="moodsite.E005",
            )


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _spotify() -> Iterable[CheckMessage]:
    if not settings.SPOTIFY_CLIENT_ID:
        yield Warning(
            "SPOTIFY_CLIENT_ID is empty: people can sign up and import, but not connect Spotify.",
            hint="Register an app at developer.spotify.com and put its id and secret into .env.",
            id="moodsite.W001",
        )
