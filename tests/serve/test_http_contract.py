"""The OpenAPI document keeps its word: whatever it allows is answered as it says.

schemathesis makes questions from the document, valid and not, always the same ones; the answers
must have a status and a content type that the document names, and no failure of the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linkshed.serve.http.app import create_app
from linkshed.serve.http.settings import Settings
from serve.served import DOMAIN, make

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HEADERS = {"host": "127.0.0.1"}
PATHS = create_app(Settings("linkshed-store")).openapi()["paths"]
OPERATIONS = [(method, path) for path, methods in PATHS.items() for method in methods]


def can_be_mistaken(told: dict[str, Any]) -> bool:
    """Whether an operation takes anything that can be wrong in form."""
    places = {parameter["in"] for parameter in told.get("parameters", ())}
    return "query" in places or "requestBody" in told


EXAMPLES = 3
KNOWN = {"scope": DOMAIN, "target": DOMAIN, "url": f"https://{DOMAIN}/", "rivals": "pots.net"}
HARD_TO_GUESS = ("where", "select", "order_by", "cursor", "snapshot", "since", "mode")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    app = create_app(Settings(str(make(tmp_path_factory.mktemp("contract")))))
    return schemathesis.openapi.from_asgi("/openapi.json", app, headers=HEADERS)


def asked(operation: Any, mode: GenerationMode, change: Callable[[Any], None]) -> None:
    """Ask some questions of an operation, changed before they are sent, and check the answers."""

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        change(case)
        case.call_and_validate(checks=CHECKS, headers=HEADERS)

    ask()


def about_what_is_known(case: Any) -> None:
    """Ask of pages that the store holds, so that a report comes about."""
    for given_ in (case.query, case.body):
        if isinstance(given_, dict):
            for name in HARD_TO_GUESS:
                given_.pop(name, None)
            given_ |= {name: value for name, value in KNOWN.items() if name in given_}


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part.replace("/", "."))
def test_what_the_document_allows_is_answered_as_it_says(
    document: Any, method: str, path: str
) -> None:
    asked(document[path][method.upper()], GenerationMode.POSITIVE, about_what_is_known)


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for method, path in OPERATIONS if can_be_mistaken(PATHS[path][method])],
    ids=lambda part: part.replace("/", "."),
)
def test_what_it_does_not_allow_is_refused_as_it_says(
    document: Any, method: str, path: str
) -> None:
    asked(document[path][method.upper()], GenerationMode.NEGATIVE, lambda case: None)
