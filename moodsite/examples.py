"""Put an example to every JSON body that the OpenAPI document describes and that has none."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from moodsite.example_values import ACCEPTED, FIELDS, FIELDS_OF, SITE, THERE, TYPES, WHOLE

JSON = "application/json"
_REF = "#/components/schemas/"
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes up what a schema describes; `components` are the schemas that others name."""

    components: Mapping[str, dict[str, Any]]

    def of(self, schema: Mapping[str, Any]) -> Any:
        """Something that fits `schema`, always the same."""
        if "$ref" in schema:
            return self.of_component(schema["$ref"].removeprefix(_REF))
        for word in ("allOf", "oneOf"):
            if word in schema:
                return self.of(schema[word][0])
        if schema.get("type") == "array" and "default" not in schema:
            return [self.of(schema["items"])]
        return _of_type(schema)

    def of_component(self, name: str) -> Any:
        """The example of a named schema, as written by hand or put together from its fields."""
        plain = _plain(name)
        if plain in WHOLE:
            return deepcopy(WHOLE[plain])
        schema = self.components[name]
        if "properties" not in schema:
            return self.of(schema)
        return {field: self._of_field(plain, field, told) for field, told in schema["properties"].items()}

    def _of_field(self, owner: str, field: str, schema: Mapping[str, Any]) -> Any:
        own = FIELDS_OF.get(owner, {}).get(field, _ABSENT)
        if own is not _ABSENT:
            return deepcopy(own)
        is_named = field in FIELDS and _is_plain(schema) and schema.get("format") != "uuid"
        return deepcopy(FIELDS[field]) if is_named else self.of(schema)


def with_examples(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add what is missing: to each request body, each answer that is no problem, and each schema."""
    components = result.get("components", {}).get("schemas", {})
    examples = Examples(components)
    for address, method, status, body in _bodies(result):
        if "example" not in body and "examples" not in body:
            made = examples.of(body["schema"])
            body["example"] = _answered(made, body["schema"], (method, address), status) if status else made
    for name, schema in components.items():
        if "properties" in schema:
            schema.setdefault("examples", [examples.of_component(name)])
    return result


def _bodies(result: Mapping[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Address, method, status (empty: the request) and description of each JSON body."""
    for address, methods in result["paths"].items():
        for method, operation in methods.items():
            parts = {"": operation.get("requestBody", {}), **operation["responses"]}
            for status, part in parts.items():
                if status in {"", "200", "201", "202"} and JSON in part.get("content", {}):
                    yield address, method, status, part["content"][JSON]


def _answered(example: Any, schema: Mapping[str, Any], where: tuple[str, str], status: str) -> Any:
    """With what differs at this address and with this status."""
    if not isinstance(example, dict):
        return example
    begun = ACCEPTED.get(schema.get("$ref", "").removeprefix(_REF), {}) if status == "202" else {}
    page = {"next": _next_page(where[1]), "previous": None} if "results" in example else {}
    return example | deepcopy({**begun, **page, **THERE.get(where, {})})


def _next_page(address: str) -> str:
    return f"{SITE}{address.replace('{id}', str(FIELDS['id']))}?cursor=cD0yMDI2"


def _of_type(schema: Mapping[str, Any]) -> Any:
    if "default" in schema:
        return deepcopy(schema["default"])
    if "enum" in schema:
        return schema["enum"][0]
    if "examples" in schema:
        return schema["examples"][0]
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    low = schema.get("minimum", TYPES[kind]) if kind in {"integer", "number"} else TYPES[kind]
    return deepcopy(TYPES.get(schema.get("format", ""), low))


def _is_plain(schema: Mapping[str, Any]) -> bool:
    """Whether it is told by its own type, and not by a schema with a name."""
    items = schema.get("items", {})
    return not ({"$ref", "allOf", "oneOf"} & {*schema, *items}) and "properties" not in schema


def _plain(name: str) -> str:
    """What a schema is called whether sent or answered."""
    return name.removeprefix("Patched").removesuffix("Request")
