"""Tell apart the moods that a listener saw before from those that the listener would see now."""

import uuid
from collections.abc import Collection
from typing import NamedTuple

from accounts.models import User
from library.models import LibraryTrack
from moods.models import MoodStamp


class Stamps(NamedTuple):
    """What changes with everything that can change the listener's moods, and the listener's library.

    Empty where nothing ever did.
    """

    moods: str
    library: str


def stamps_of(user: User) -> Stamps:
    """Both, in one query of two small rows."""
    tokens = User.objects.filter(pk=user.pk).values_list("mood_stamp__token", "library_revision__token")
    return Stamps(*("" if token is None else token.hex for token in tokens.get()))


def restamp(user_ids: Collection[int]) -> None:
    """These listeners' moods changed. Call it in the transaction that changes them."""
    MoodStamp.objects.bulk_create(
        [MoodStamp(user_id=user_id, token=uuid.uuid4()) for user_id in sorted(user_ids)],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["token"],
    )


def restamp_owners(track_ids: Collection[int]) -> None:
    """The moods of these tracks changed, for everybody who has one of them."""
    rows = LibraryTrack.objects.filter(track__in=track_ids).order_by()
    restamp(set(rows.values_list("user_id", flat=True).distinct()))
