"""docker-compose.yml and the image: the same processes as `make up`, and no secret in them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from kram.app.cli import app
from kram.app.devstack import postgres
from kram.app.devstack.table import ENTRY_POINTS
from kram.app.health import BEATING

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
ONLY_EMBEDDED = {"phone", "acquirer", "setup"}
PROCESSES = sorted(set(ENTRY_POINTS) - ONLY_EMBEDDED)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return read


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = compose["services"]
    return read


def test_it_fits_the_compose_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_every_process_of_the_table_has_a_service(services: dict[str, Any]) -> None:
    assert sorted(services) == sorted([*PROCESSES, "migrate", "postgres", "valkey"])
    for name in PROCESSES:
        assert services[name]["command"] == ["run", name]


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_waits_for_the_migration_and_comes_back_after_a_crash(
    services: dict[str, Any], name: str
) -> None:
    needs = services[name]["depends_on"]
    assert needs["migrate"] == {"condition": "service_completed_successfully"}
    assert needs["valkey"] == {"condition": "service_healthy"}
    assert services[name]["restart"] == "unless-stopped"
    assert "KRAM_DATABASE_URL" in services[name]["environment"]


@pytest.mark.parametrize("name", ["postgres", "valkey", *PROCESSES])
def test_every_service_tells_its_health(services: dict[str, Any], name: str) -> None:
    check = services[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("name", BEATING)
def test_a_process_without_a_port_is_asked_for_its_own_sign_of_life(
    services: dict[str, Any], name: str
) -> None:
    _, *command = services[name]["healthcheck"]["test"]
    assert command[:3] == ["python", "-m", "kram"]
    assert CliRunner().invoke(app, command[3:]).exit_code in (0, 1), "there is no such command"
    assert command[3:] == ["health", name]


def test_a_sign_of_life_is_of_its_container_alone(services: dict[str, Any]) -> None:
    [folder] = re.findall(r"KRAM_HEALTH_DIR=(\S+)", DOCKERFILE.read_text())
    for name in BEATING:
        shared = [volume.split(":")[1] for volume in services[name]["volumes"]]
        assert not any(Path(folder).is_relative_to(place) for place in shared)


def test_the_servers_are_those_of_the_embedded_stack(services: dict[str, Any]) -> None:
    assert (services["postgres"]["image"], services["valkey"]["image"]) == (
        "postgres:18",
        "valkey/valkey:9",
    )
    for name in ("max_connections", "max_locks_per_transaction", "jit"):
        assert f"-c{name}={postgres.SETTINGS[name]}" in services["postgres"]["command"]
    assert "--builtin-locale=C.UTF-8" in services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_secrets_come_from_the_environment_alone(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET", name):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name


def test_the_example_names_every_variable_and_holds_no_secret() -> None:
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    example = (ROOT / ".env.example").read_text()
    told = dict(re.findall(r"^#? ?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    assert used == set(told)
    assert told["POSTGRES_PASSWORD"] == told["KRAM_SECRET_KEY"] == ""


def test_the_image_runs_as_nobody_special_and_comes_from_short_names() -> None:
    text = DOCKERFILE.read_text()
    images = re.findall(r"^ARG \w+=(\S+)", text, re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"[a-z]+:[\w.-]+", image) for image in images)
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001"]


def test_what_the_image_copies_is_let_through() -> None:
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
    assert {path for copied in copies for path in copied.split()} == let_through
