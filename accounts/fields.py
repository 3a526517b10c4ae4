"""A model field that keeps a secret encrypted at rest, and bound to the listener whose row it is in."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

_BOUND = "bound:"
"""Secrets of Spotify and of ours hold no colon, so no secret begins like this by itself."""


class Secret(str):
    """A token in memory: usable as text, never shown by `repr`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(...)"


class Unreadable(Secret):
    """Stands in for a stored secret that no key of ours opens; empty, so that it is never sent."""


def cipher() -> MultiFernet:
    """Encrypts with the newest of TOKEN_KEYS and reads with any of them."""
    return MultiFernet([Fernet(key) for key in settings.TOKEN_KEYS])


def bind(secret: str, *, user_id: int) -> Secret:
    """The text to encrypt: it names its listener, so a ciphertext moved to another row opens nothing.

    Saving a row does this by itself; a queryset's `update()` cannot know whose row it writes.
    """
    return Secret(f"{_prefix(user_id)}{secret}") if secret else Secret("")


def is_current(text: str, *, user_id: int) -> bool:
    """Whether a ciphertext is empty, or of the newest key and bound to this listener."""
    if not text:
        return True
    try:
        plain = Fernet(settings.TOKEN_KEYS[0]).decrypt(text.encode()).decode()
    except InvalidToken:
        return False
    return plain.startswith(_prefix(user_id))


class BoundSecret(DeferredAttribute):
    """Gives the secret of a row to that row's listener only."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        """The secret; Unreadable where it is somebody else's.

        One that was stored before secrets were bound names nobody, and is taken as it is until the
        next refresh or `rotate_token_keys` writes it anew.
        """
        stored = super().__get__(instance, cls)
        if instance is None or not stored.startswith(_BOUND):
            return stored
        prefix = _prefix(instance.user_id)  # type: ignore[attr-defined]
        return Secret(stored.removeprefix(prefix)) if stored.startswith(prefix) else Unreadable("")

    def __set__(self, instance: models.Model, secret: str) -> None:
        """Keep it; having this method makes Django ask `__get__` every time."""
        instance.__dict__[self.field.attname] = secret


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted with TOKEN_KEYS (Fernet); an empty string stays empty. Its model has a `user`.

    A value that no key opens, or that was moved here from another listener's row, is read as an empty
    `Unreadable`, so that one lost key costs a reconnection and not an error on every page.
    """

    descriptor_class = BoundSecret

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  # Django's own
        """The secret of the row, bound to its listener."""
        secret = getattr(model_instance, self.attname)
        return bind(secret, user_id=model_instance.user_id)  # type: ignore[attr-defined]

    def get_prep_value(self, value: Any) -> Any:
        """The ciphertext for the database."""
        if not value:
            return ""
        return cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Secret:
        """The secret in the clear, in memory only."""
        if not value:
            return Secret("")
        try:
            return Secret(cipher().decrypt(value.encode()).decode())
        except InvalidToken:
            return Unreadable("")


def _prefix(user_id: int) -> str:
    return f"{_BOUND}{user_id}:"
