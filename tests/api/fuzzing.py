"""Made-up requests to every address of the API, right ones and wrong ones, with a real token."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from moodsite.wsgi import application
from tests.security.world import values_for

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NAMES = {
    "tracks": "api-track",
    "tokens": "api-token",
    "syncs": "api-sync",
    "imports": "api-import",
    "exclusions": "api-exclusion",
    "webhooks": "api-webhook",
    "exports": "api-export",
    "jobs": "job-",
    "playlists": "api-playlist",
}
"""By the first word of an address, what its routes' names begin with."""


@dataclass
class Fuzzing:
    """What is sent where, and what came of it."""

    rows: dict[str, Any]
    token: str
    examples: int
    start: int
    sent: int = 0
    failures: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Send `examples` right and as many wrong requests to each operation.

        Every second one names a row that is there. What a request does is undone. `failures` are
        answers that the document does not describe, or that are our own mistakes.
        """
        schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
        schema.app = application
        with kept_connection():
            for found in schema.get_all_operations():
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    self._to_operation(found.ok(), mode)

    def _to_operation(self, operation: Any, mode: GenerationMode) -> None:
        @seed(self.start)
        @settings(
            max_examples=self.examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
        def send(case: Case, is_real: bool) -> None:
            self._send(case, is_real=is_real)

        try:
            send()
        except Unsatisfiable:
            return
        except FailureGroup as failures:
            self.failures += [f"{operation.label}: {failure}" for failure in failures.exceptions]

    def _send(self, case: Case, *, is_real: bool) -> None:
        if is_real and case.path_parameters and "id" in case.path_parameters:
            case.path_parameters["id"] = self._real_id(case.operation.path)
        self.sent += 1
        mark = transaction.savepoint()
        try:
            case.call_and_validate(headers={"Authorization": f"Bearer {self.token}"}, checks=CHECKS)
        finally:
            transaction.savepoint_rollback(mark)

    def _real_id(self, address: str) -> str:
        word = address.removeprefix("/api/v1/").split("/")[0]
        values = values_for(NAMES[word], self.rows)
        return str(values["id" if word in {"tracks", "playlists"} else "pk"])


@contextmanager
def kept_connection() -> Iterator[None]:
    """Requests that use the connection, and the transaction, of the one who sends them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
