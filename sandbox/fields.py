"""Spotify's `fields` filter, such as `items(added_at,item(uri,artists.name)),next`."""

from __future__ import annotations

import re
from typing import Any

Tree = dict[str, "Tree"]

_TOKEN = re.compile(r"[^,().]+|[,().]")


class FieldsError(ValueError):
    """The filter cannot be read."""


def parse_fields(text: str) -> Tree:
    """The filter as nested names; an empty mapping below a name means all of it."""
    tokens = _TOKEN.findall(text.replace(" ", ""))
    tree = _parse_list(tokens)
    if tokens:
        raise FieldsError(text)
    return tree


def _parse_list(tokens: list[str]) -> Tree:
    tree: Tree = {}
    while tokens and tokens[0] != ")":
        name = tokens.pop(0)
        if name in ",().":
            raise FieldsError(name)
        tree[name] = _parse_below(tokens)
        if tokens and tokens[0] == ",":
            tokens.pop(0)
    return tree


def _parse_below(tokens: list[str]) -> Tree:
    if tokens and tokens[0] == ".":
        tokens.pop(0)
        if not tokens:
            raise FieldsError(".")
        return {tokens.pop(0): _parse_below(tokens)}
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        below = _parse_list(tokens)
        if not tokens:
            raise FieldsError("(")
        tokens.pop(0)
        return below
    return {}


def pick_fields(content: Any, tree: Tree) -> Any:
    """Only what the filter names; lists are filtered entry by entry."""
    if not tree:
        return content
    if isinstance(content, list):
        return [pick_fields(entry, tree) for entry in content]
    if not isinstance(content, dict):
        return content
    return {name: pick_fields(content[name], below) for name, below in tree.items() if name in content}
