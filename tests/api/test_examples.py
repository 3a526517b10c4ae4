"""The examples in the OpenAPI document: each JSON body has one, and it is true to its schema."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

from moodsite.example_values import ACCEPTED, FIELDS, FIELDS_OF, THERE, WHOLE
from moodsite.examples import with_examples
from tests.api.builders import a_track, keep

JSON = "application/json"
CHECKER = FormatChecker()


@CHECKER.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """Whether a text is a moment with a zone; what is no text is the type's business."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@pytest.fixture
def document(db) -> dict[str, Any]:
    """The document as it is served."""
    return SchemaGenerator().get_schema(request=None, public=True)


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON body of each request and of each success, named."""
    for address, methods in document["paths"].items():
        for method, told in methods.items():
            parts = {status: part for status, part in told["responses"].items() if status.startswith("2")}
            for name, part in {"request": told.get("requestBody", {}), **parts}.items():
                if JSON in part.get("content", {}):
                    yield f"{method} {address} {name}", part["content"][JSON]


def examples(body: dict[str, Any]) -> list[Any]:
    several = [one["value"] for one in body.get("examples", {}).values()]
    return [*several, body["example"]] if "example" in body else several


def complaints(example: Any, schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """What `schema` has against `example`, formats included."""
    whole = {**schema, "components": document["components"]}
    validator = Draft202012Validator(whole, format_checker=CHECKER)
    return [error.message for error in validator.iter_errors(example)]


def test_every_request_and_every_success_has_an_example(document):
    found = dict(bodies(document))

    assert len(found) > 50
    assert [name for name, body in found.items() if not examples(body)] == []


@pytest.mark.parametrize(
    ("field", "untrue"), [("plays", "many"), ("first_played_at", "2026-05-01T19:30:00"), ("album", None)]
)
def test_example_that_is_not_true_is_found(document, field, untrue):
    body = dict(bodies(document))["get /api/v1/tracks/{id} 200"]

    assert len(complaints({**body["example"], field: untrue}, body["schema"], document)) == 1


def test_every_example_is_true_to_its_schema(document):
    wrong = {
        name: found
        for name, body in bodies(document)
        for example in examples(body)
        if (found := complaints(example, body["schema"], document))
    }

    assert wrong == {}


def test_every_schema_has_an_example_that_is_true_to_it(document):
    schemas = {
        name: schema for name, schema in document["components"]["schemas"].items() if "properties" in schema
    }
    wrong = {
        name: found
        for name, schema in schemas.items()
        for example in schema["examples"]
        if (found := complaints(example, schema, document))
    }

    assert wrong == {}


def test_values_are_of_fields_and_addresses_that_are_there(document):
    schemas = document["components"]["schemas"]
    fields = {field for schema in schemas.values() for field in schema.get("properties", {})}
    sent = {name.removeprefix("Patched").removesuffix("Request") for name in schemas}
    stale = set(FIELDS) - fields | (set(WHOLE) | set(FIELDS_OF) | set(ACCEPTED)) - sent
    gone = [where for where in THERE if where[0] not in document["paths"].get(where[1], {})]

    assert (stale, gone) == (set(), [])


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("patch", "/api/v1/me"),
        ("post", "/api/v1/tokens"),
        ("post", "/api/v1/exclusions"),
        ("put", "/api/v1/tracks/{id}/mood"),
        ("post", "/api/v1/playlists/preview"),
        ("post", "/api/v1/playlists"),
    ],
)
def test_request_of_an_example_is_taken(document, client, alice, method, address):
    keep(alice, a_track("Slow Tide Home", pk=4711))
    client.force_login(alice)
    body = document["paths"][address][method]["requestBody"]["content"][JSON]["example"]

    answer = getattr(client, method)(address.replace("{id}", "4711"), json.dumps(body), content_type=JSON)

    assert answer.status_code in {200, 201}, answer.content


def test_example_written_by_hand_is_kept():
    by_hand = {"schema": {"type": "string"}, "example": "mine"}
    told = {"paths": {"/a": {"get": {"responses": {"200": {"content": {JSON: by_hand}}}}}}}

    assert dict(bodies(with_examples(told)))["get /a 200"]["example"] == "mine"
