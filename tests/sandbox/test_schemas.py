from tests.sandbox.schemas import NULL, faults

SCHEMA = {"name": str, "tags": [int], "note?": (str, NULL)}


def test_schema_accepts_what_it_describes():
    assert faults({"name": "a", "tags": [1, 2]}, SCHEMA) == []
    assert faults({"name": "a", "tags": [], "note": None}, SCHEMA) == []


def test_schema_names_every_fault():
    found = faults({"tags": [1, "x", True], "note": 3, "more": 1}, SCHEMA)

    assert found == [
        "$.more: unexpected",
        "$.name: missing",
        "$.tags[1]: str",
        "$.tags[2]: a truth value",
        "$.note: int",
    ]


def test_schema_tells_objects_lists_and_values_apart():
    assert faults([], SCHEMA) == ["$: not an object"]
    assert faults({"name": "a", "tags": {}}, SCHEMA) == ["$.tags: not a list"]
