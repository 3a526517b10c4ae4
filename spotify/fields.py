"""Read one field of a JSON object: null is None, another type than asked raises Unreadable."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

Fields = Mapping[str, object]
"""A JSON object."""

_LARGEST_INT = 2**31 - 1


class Unreadable(Exception):
    """A value is not what the contract says."""


def fields_of(value: object) -> Fields:
    """Return the value as an object; raises Unreadable if it is none."""
    if not isinstance(value, dict):
        raise Unreadable("not an object")
    return cast("Fields", value)


def object_at(fields: Fields, name: str) -> Fields | None:
    """Return the object under `name`."""
    value = fields.get(name)
    return None if value is None else fields_of(value)


def list_at(fields: Fields, name: str) -> list[object]:
    """Return the list under `name`, empty when missing or null."""
    value = fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{name} is not a list")
    return cast("list[object]", value)


def text_at(fields: Fields, name: str) -> str | None:
    """Return the text under `name`, without what no database stores: NUL and half surrogates."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"{name} is not a text")
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def id_at(fields: Fields, name: str) -> str | None:
    """Return the base-62 id under `name`; an empty one counts as missing."""
    value = text_at(fields, name)
    if not value:
        return None
    if not re.fullmatch(r"[0-9A-Za-z]{1,64}", value):
        raise Unreadable(f"{name} is not an id")
    return value


def int_at(fields: Fields, name: str) -> int | None:
    """Return the whole number from 0 to 2^31 - 1 under `name`."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_INT:
        raise Unreadable(f"{name} is not a count")
    return value


def bool_at(fields: Fields, name: str) -> bool | None:
    """Return the truth value under `name`."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise Unreadable(f"{name} is not true or false")


def moment_at(fields: Fields, name: str) -> datetime | None:
    """Return the ISO 8601 moment under `name` in UTC; one without an offset is Unreadable."""
    text = text_at(fields, name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{name} is not a moment") from error
    raise Unreadable(f"{name} has no offset")


def url_at(fields: Fields, name: str) -> str | None:
    """Return the web address under `name`; any other scheme counts as missing."""
    value = text_at(fields, name)
    return value if value and value.startswith(("https://", "http://")) else None
