"""The door describes itself truly."""

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from kram.kit.errors import AppError
from tests.factories.rest import Api, refused

pytestmark = pytest.mark.anyio

METHODS = {"get", "post", "put", "delete", "patch"}


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in description["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item[method]


@pytest.fixture
async def description(api: Api) -> dict[str, Any]:
    answer = await api.http.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json"
    told: dict[str, Any] = answer.json()
    return told


async def test_it_is_valid_openapi(description: dict[str, Any]) -> None:
    validate(description)
    assert description["openapi"] == "3.1.0"
    assert description["info"]["title"] == "Kram"


async def test_every_operation_says_what_it_does_needs_and_refuses(
    description: dict[str, Any],
) -> None:
    tags = {tag["name"] for tag in description["tags"]}
    names = []
    for method, path, operation in operations(description):
        names.append(operation["operationId"])
        assert set(operation["tags"]) <= tags
        assert operation["summary"], path
        is_open = path.startswith(("/problems", "/api/v1/auth/")) and "sign-out" not in path
        assert operation["security"] == ([{}] if is_open else [{"bearer": []}]), path
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert {"400", "422"} <= refusals
        assert is_open or {"401", "403", "404"} <= refusals, path
        assert method == "get" or {"409", "413"} <= refusals, path
        for status in refusals:
            content = operation["responses"][status]["content"]
            reference = content["application/problem+json"]["schema"]["$ref"]
            assert reference == "#/components/schemas/Problem"
    assert len(names) == len(set(names))


async def test_bodies_say_that_they_take_nothing_else(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    for _, path, operation in operations(description):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if "$ref" in content["schema"]:
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert schemas[name]["additionalProperties"] is False, path
    assert schemas["Money"]["description"]
    assert schemas["ProductView"]["description"]


async def test_it_names_no_internals(description: dict[str, Any]) -> None:
    assert "kram." not in str(description)
    assert ".py" not in str(description)
    # Two bodies of one name would be told apart by their modules.
    assert not {name for name in description["components"]["schemas"] if "_" in name}


# --- problems ---------------------------------------------------------------------------------


async def test_every_problem_has_its_page(api: Api) -> None:
    listed = (await api.http.get("/problems")).json()
    codes = {entry["code"] for entry in listed}
    assert [entry["code"] for entry in listed] == sorted(codes)
    assert {"invalid_input", "sku_taken", "session_ended", "not_found", "internal_error"} <= codes
    for entry in listed:
        assert (await api.http.get(entry["type"])).json() == entry
    sku = next(entry for entry in listed if entry["code"] == "sku_taken")
    assert sku == {
        "type": "/problems/sku_taken",
        "code": "sku_taken",
        "kind": "conflict",
        "status": 409,
        "title": "Another product already has this SKU: choose a different one",
    }


async def test_an_unknown_problem_is_one(api: Api) -> None:
    refused(await api.http.get("/problems/nothing"), 404, "problem_unknown")


def test_a_code_is_of_one_kind() -> None:
    """Two classes may share a code, each with its own words; a program must not notice."""

    def descendants(parent: type[AppError]) -> Iterator[type[AppError]]:
        for child in parent.__subclasses__():
            if child.__module__.startswith("kram.") and "code" in vars(child):
                yield child
            yield from descendants(child)

    kinds: dict[str, set[str]] = {}
    for error in descendants(AppError):
        kinds.setdefault(error.code, set()).add(error.kind)
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}
