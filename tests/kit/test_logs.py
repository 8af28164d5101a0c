import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
import structlog

from kram.kit.errors import Kind
from kram.kit.logs import configure_logs

CANARIES = {
    "bot": "987654321:AAcanarycanarycanarycanarycanary_1",
    "jwt": "eyJjYW5hcnkiOjF9.eyJjYW5hcnkiOjJ9.Y2FuYXJ5",
    "webhook": "whsec_Y2FuYXJ5Y2FuYXJ5",
    "stripe": "sk_live_canarycanary",
    "card": "4242424242424242",
    "password": "password=canary-hunter",
    "header": "Authorization: Basic Y2FuYXJ5OmNhbmFyeQ==",
    "url": "postgresql://u:canarypass@db/x",
}


@pytest.fixture(params=[True, False], ids=["json", "console"])
def stream(request: pytest.FixtureRequest) -> Iterator[io.BytesIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    output = io.BytesIO()
    configure_logs(json=request.param, level="INFO", stream=output)
    yield output
    structlog.reset_defaults()
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    root.handlers[:], sys.excepthook, threading.excepthook = before[0], before[2], before[3]
    root.setLevel(before[1])


def raising(secret: str) -> Callable[[], None]:
    def fail() -> None:
        try:
            raise KeyError("inner " + secret)
        except KeyError as inner:
            raise RuntimeError("outer " + secret) from inner

    return fail


def say_everywhere(secret: str) -> None:
    log: Any = structlog.get_logger("kram.test")
    log.info("message " + secret)
    log.info("positional %s", secret)
    log.info("as a value", note=secret, raw=secret.encode())
    log.info("nested", request={"body": [{"x": secret}], "headers": {"Authorization": secret}})
    log.info("under a key", api_key=secret, session_token=secret)
    log.bind(bound=secret).warning("bound")
    with structlog.contextvars.bound_contextvars(context=secret):
        log.info("context")
    stdlib = logging.getLogger("some.library")
    stdlib.warning("stdlib %s", secret)
    stdlib.warning("stdlib extra", extra={"note": secret, "password": secret})
    stdlib.warning("stdlib broken %d", secret)
    warnings.warn("warned of " + secret, UserWarning, stacklevel=1)
    for logger in (log, stdlib):
        try:
            raising(secret)()
        except RuntimeError:
            logger.exception("failed")
    say_uncaught(secret)


def say_uncaught(secret: str) -> None:
    try:
        raising(secret)()
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    thread = threading.Thread(target=raising(secret))
    thread.start()
    thread.join()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", CANARIES)
def test_no_canary_leaves_through_any_path(
    stream: io.BytesIO, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    say_everywhere(CANARIES[name])
    written = stream.getvalue().decode() + "".join(capfd.readouterr())
    secret = CANARIES[name].removeprefix("password=").removeprefix("Authorization: Basic ")
    assert secret.removeprefix("postgresql://u:").removesuffix("@db/x") not in written
    assert written.count("[hidden]") >= 14


@pytest.mark.parametrize("stream", [True], indirect=True, ids=["json"])
def test_a_line_is_one_json_object_with_its_context(stream: io.BytesIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", tenant="t1"):
        structlog.get_logger("kram.shop").info("order placed", order="o1", lines=2)
        logging.getLogger("library").error("broken %s", "pipe")
    own, foreign = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert own.pop("timestamp").endswith("Z")
    assert own == {
        "event": "order placed",
        "level": "info",
        "logger": "kram.shop",
        "request_id": "r1",
        "tenant": "t1",
        "order": "o1",
        "lines": 2,
    }
    assert foreign["event"] == "broken pipe"
    assert (foreign["level"], foreign["logger"]) == ("error", "library")
    assert (foreign["request_id"], foreign["tenant"]) == ("r1", "t1")


@pytest.mark.parametrize("stream", [True], indirect=True, ids=["json"])
def test_an_exception_is_written_with_its_cause(stream: io.BytesIO) -> None:
    try:
        raising("reason")()
    except RuntimeError:
        structlog.get_logger().exception("failed")
    line = json.loads(stream.getvalue())
    assert "KeyError: 'inner reason'" in line["exception"]
    assert "RuntimeError: outer reason" in line["exception"]


def line_of(*, coloured: bool) -> str:
    output = io.BytesIO()
    configure_logs(json=False, coloured=coloured, stream=output)
    structlog.get_logger("kram.test").warning(
        "request", status=HTTPStatus.TOO_MANY_REQUESTS, kind=Kind.LIMITED, ms=1.5
    )
    return output.getvalue().decode()


@pytest.mark.parametrize("stream", [False], indirect=True, ids=["console"])
def test_people_read_values_and_colours_only_when_asked(stream: io.BytesIO) -> None:
    plain = line_of(coloured=False)
    assert "\x1b" not in plain
    assert {"status=429", "kind=limited", "ms=1.5"} <= set(plain.split())
    assert "\x1b[" in line_of(coloured=True)


def test_lines_below_the_level_are_not_written(stream: io.BytesIO) -> None:
    structlog.get_logger().debug("quiet")
    logging.getLogger("library").debug("quiet")
    logging.getLogger("httpx").info("GET /")
    assert stream.getvalue() == b""
