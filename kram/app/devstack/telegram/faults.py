"""Failures on demand: the next calls that match are refused, or their answer is lost."""

from enum import StrEnum

import msgspec

from kram.app.devstack.telegram.errors import (
    BotApiError,
    ResponseParameters,
    forbidden,
    too_many_requests,
)


class FaultKind(StrEnum):
    """How a call goes wrong."""

    FLOOD = "flood"
    FORBIDDEN = "forbidden"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    DISCONNECT = "disconnect"
    REFUSAL = "refusal"


class Fault(msgspec.Struct, kw_only=True):
    """Goes wrong `times` times for calls of this bot, method and chat (each: any when absent).

    With `takes_effect` the call is carried out and only its answer is lost: the case in which
    a client that tries again doubles a message. `refusal` answers `code` and `description`.
    """

    kind: FaultKind
    times: int = 1
    bot_id: int | None = None
    method: str | None = None
    chat_id: int | None = None
    retry_after: int = 1
    seconds: float = 30.0
    takes_effect: bool = False
    code: int = 400
    description: str = "Bad Request"
    migrate_to_chat_id: int | None = None

    def matches(self, bot_id: int, method: str, chat_id: str) -> bool:
        return (
            self.bot_id in (None, bot_id)
            and (self.method is None or self.method.lower() == method.lower())
            and (self.chat_id is None or str(self.chat_id) == chat_id)
        )

    @property
    def loses_answer(self) -> bool:
        return self.kind in (FaultKind.TIMEOUT, FaultKind.DISCONNECT)

    def refusal(self) -> BotApiError:
        """What the caller is told; a lost answer has none."""
        match self.kind:
            case FaultKind.FLOOD:
                return too_many_requests(self.retry_after)
            case FaultKind.FORBIDDEN:
                return forbidden("bot was blocked by the user")
            case FaultKind.REFUSAL:
                migrated = ResponseParameters(migrate_to_chat_id=self.migrate_to_chat_id)
                return BotApiError(self.code, self.description, migrated)
            case _:
                return BotApiError(500, "Internal Server Error")


class Faults:
    """The faults still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def waiting(self) -> list[Fault]:
        return list(self._faults)

    def clear(self) -> None:
        self._faults.clear()

    def strike(self, bot_id: int, method: str, chat_id: str) -> Fault | None:
        """The fault for this call, used up by one; None lets the call through."""
        for fault in self._faults:
            if fault.matches(bot_id, method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None
