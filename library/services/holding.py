"""Keep two writers from changing one listener's library at the same time."""

from accounts.models import Connection, User
from accounts.services import NotConnected
from jobs.kinds import LeaseLost


class LibraryGone(LeaseLost):
    """The listener deleted the account: the work stops, there is nothing to write to any more."""


def hold_library(user: User) -> None:
    """Wait for the listener's library; it is let go when the transaction ends.

    `NO KEY`: rows that merely point at the listener can still be written meanwhile. SQLite has one
    writer anyway. Raises LibraryGone.
    """
    held = User.objects.select_for_update(no_key=True).values_list("pk").filter(pk=user.pk)
    if not list(held):
        raise LibraryGone


def hold_connected_library(user: User) -> None:
    """The same for what was fetched from Spotify; raises NotConnected after a disconnection.

    So an answer that was under way when the listener disconnected is not stored.
    """
    hold_library(user)
    if not Connection.objects.of_user(user.pk).exists():
        raise NotConnected("Spotify was disconnected meanwhile")
