"""Keep of an export's explanations only what this release can put in words."""

from collections.abc import Sequence
from typing import Any

from playlists.recipes import Recipe
from playlists.selection import Notice, NoticeCode
from playlists.wording import notice_words, why

_UNSAYABLE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


def sayable_reasons(told: Sequence[Any]) -> list[dict[str, Any]]:
    """The reasons for a song that can be shown."""
    return [reason for reason in told if _can_be_said(reason)]


def sayable_note(told: dict[str, Any], recipe: Recipe) -> dict[str, Any]:
    """What is said of a version: figures, counts by kind, and notices that can be shown."""
    note: dict[str, Any] = {
        name: told[name]
        for name in ("cap", "floor", "precision", "restored_from")
        if isinstance(told.get(name), int | float)
    }
    kinds = told.get("kinds")
    if isinstance(kinds, dict):
        note["kinds"] = {name: count for name, count in kinds.items() if isinstance(count, int)}
    notices = told.get("notices")
    if isinstance(notices, list):
        note["notices"] = [notice for notice in notices if _can_be_noticed(notice, recipe)]
    return note


def _can_be_said(reason: Any) -> bool:
    try:
        why([reason])
    except _UNSAYABLE:
        return False
    return True


def _can_be_noticed(notice: Any, recipe: Recipe) -> bool:
    try:
        notice_words(Notice(NoticeCode(notice["code"]), notice["numbers"]), recipe)
    except _UNSAYABLE:
        return False
    return True
