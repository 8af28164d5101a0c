"""Structured logs: JSON lines for machines or coloured ones for people, on the error stream.

Lines of structlog and of the standard library take the same way, and every one is scrubbed.
"""

import logging
import sys
import threading
from enum import Enum
from types import TracebackType
from typing import Any, BinaryIO, cast

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kram.kit.scrub import scrub

# Libraries that tell of every connection and statement at INFO.
_TALKATIVE = (
    "alembic",
    "aiogram.event",
    "botocore",
    "httpcore",
    "httpx",
    "PIL",
    "sqlalchemy.engine",
    "taskiq",
    "urllib3",
)


def configure_logs(
    *, json: bool, coloured: bool = False, level: str = "INFO", stream: BinaryIO | None = None
) -> None:
    """Once per process. `stream`: the error stream, so that commands keep their output."""
    render = _render_json if json else _Console(coloured=coloured)
    output = stream or sys.stderr.buffer
    structlog.configure(
        processors=[*_prepare(), *_finish(render)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    _configure_stdlib(output, level, render)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, None)


def _prepare() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
    ]


def _finish(render: Processor) -> list[Processor]:
    """Exceptions become text first: what they say is scrubbed like everything else."""
    return [
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        scrub_event,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        render,
    ]


def scrub_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return cast(dict[str, Any], scrub(event))


def _render_json(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    return msgspec.json.encode(event)


class _Console:
    def __init__(self, *, coloured: bool) -> None:
        self._render = structlog.dev.ConsoleRenderer(
            colors=coloured, exception_formatter=structlog.dev.plain_traceback
        )

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> bytes:
        # A number that has a name is still read as the number: 429, not <HTTPStatus.TOO_MANY_…>.
        shown = {key: each.value if isinstance(each, Enum) else each for key, each in event.items()}
        return str(self._render(logger, name, shown)).encode()


class _StdlibHandler(logging.Handler):
    """Writes records of the standard library as structlog writes its own."""

    def __init__(self, output: BinaryIO, render: Processor) -> None:
        super().__init__()
        self._output = structlog.BytesLogger(output)
        self._prepare: list[Processor] = [structlog.stdlib.ExtraAdder(), *_prepare()]
        self._finish = _finish(render)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._output.msg(self._line(record))
        except Exception:
            self.handleError(record)

    def _line(self, record: logging.LogRecord) -> bytes:
        event: Any = {"event": record.getMessage(), "_record": record}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for process in self._prepare:
            event = process(None, record.levelname.lower(), event)
        del event["_record"]
        for process in self._finish:
            event = process(None, record.levelname.lower(), event)
        return cast(bytes, event)


def _configure_stdlib(output: BinaryIO, level: str, render: Processor) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_StdlibHandler(output, render)]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # Otherwise a badly formatted record is printed past us, with its arguments.
    logging.raiseExceptions = False


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger(__name__).critical("uncaught exception", exc_info=error or kind())
