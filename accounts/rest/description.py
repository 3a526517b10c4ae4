"""How the OpenAPI document describes an address: its parameters, its headers, what can go wrong."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounts.rest.idempotency import HEADER, LONGEST_KEY
from accounts.rest.parameters import NoQuery, PageQuery
from accounts.rest.problems import MEDIA_TYPE, problem

WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Complaint(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(help_text="Its name, `recipe.mood` for one inside; empty for the whole.")
    message = serializers.CharField(help_text="What is wrong with it, in words.")


class Problem(serializers.Serializer[Any]):
    """What went wrong, as RFC 9457 says it."""

    type = serializers.CharField(help_text="Always `about:blank`: the status says the kind of problem.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What went wrong, for a person.")
    code = serializers.CharField(required=False, help_text="What went wrong, for a program.")
    errors = Complaint(  # type: ignore[assignment]
        many=True, required=False, help_text="What is wrong with which field."
    )


_WHEN = {
    "400": "Something sent cannot be taken: a parameter, the body, or its form.",
    "401": "Nobody is signed in, or the token is not valid.",
    "403": "The token lacks the scope, or a form lacks its CSRF token.",
    "404": "There is no such thing among what is yours.",
    "409": "It cannot be done as things stand.",
    "413": "More was sent than is taken.",
    "415": "The body is of a kind that is not read here.",
    "422": "The idempotency key was sent before with another request.",
    "429": "Too many requests; `Retry-After` says in how many seconds there is room again.",
}
_EXAMPLES = {
    "400": problem(
        400,
        "Some of what was sent cannot be taken.",
        code="invalid",
        errors=[{"field": "sort", "message": '"loudest" is not a valid choice.'}],
    ),
    "404": problem(404, "There is nothing here.", code="not_found"),
    "429": problem(429, "Request was throttled. Expected available in 12 seconds.", code="throttled"),
}


_IN_ADDRESS = {
    "id": "Which one: its `id` in the list.",
    "track_id": "Which track: its `id` in your library.",
    "number": "Which version: its `number`.",
    "mood": "One of the six moods.",
}


class Description(AutoSchema):
    """Adds to what the framework finds out what all of our addresses have in common."""

    def get_override_parameters(self) -> list[Any]:
        """The query, and the headers that an address honours."""
        query = self._query()
        # The pager describes its own parameters.
        is_paged_only = query is PageQuery and self._is_list_view()
        shown = [] if query is NoQuery or is_paged_only else [query]
        return [*shown, *self._headers()]

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """What stands in the address, each with what it names."""
        found: list[dict[str, Any]] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        return [{"description": _IN_ADDRESS.get(part["name"], _IN_ADDRESS["id"]), **part} for part in found]

    def _query(self) -> type[serializers.Serializer[Any]]:
        find = getattr(self.view, "query_serializer", None)
        return find() if find else NoQuery

    def _headers(self) -> list[OpenApiParameter]:
        found = []
        if self.method == "POST" and getattr(self._handler(), "is_idempotent", False):
            found.append(_IDEMPOTENCY)
        if self.method == "GET" and getattr(self.view, "asked", "") in getattr(self.view, "tagged", ()):
            found += [_IF_NONE_MATCH, _ETAG]
        return found

    def _handler(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """What is answered, and each problem there can be."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for code in self._possible():
            bodies.setdefault(code, self._problem(code))
        if any(parameter is _ETAG for parameter in self._headers()):
            bodies.setdefault("304", {"description": "Nothing has changed since the tag that was sent."})
        return bodies

    def _problem(self, code: str) -> dict[str, Any]:
        found: dict[str, Any] = self._get_response_for_code(  # type: ignore[no-untyped-call]
            _told(code), code, [MEDIA_TYPE]
        )
        return found

    def _possible(self) -> list[str]:
        codes = ["400", "401", "403", "404", "409", "429"]
        if self.method in WITH_BODY:
            codes += ["413", "415"]
        if getattr(self._handler(), "is_idempotent", False):
            codes += ["422"]
        return codes


def _told(code: str) -> OpenApiResponse:
    examples = [OpenApiExample("A problem", value=_EXAMPLES[code])] if code in _EXAMPLES else []
    return OpenApiResponse(Problem, description=_WHEN[code], examples=examples)


_IDEMPOTENCY = OpenApiParameter(
    HEADER,
    {"type": "string", "maxLength": LONGEST_KEY, "pattern": "^[ -~]*$"},
    OpenApiParameter.HEADER,
    description="Any text of your own: sent again within 24 hours, the same request is answered as "
    "the first time and not done again.",
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the answer you have: 304 if it is still the same.",
)
_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="Names this very answer; send it back as `If-None-Match`.",
)


def without_last_slash(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Name each address without the slash that it may end on."""
    result["paths"] = {address.rstrip("/"): found for address, found in result["paths"].items()}
    return result
