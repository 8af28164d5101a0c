"""When a handler is meant. Async classes only: the library runs any other filter in a thread."""

from typing import Any

from aiogram.enums import ChatType
from aiogram.filters import CommandObject, Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from kram.integrations.telegram.bots import ShopBot
from kram.tenants.models import ShopStatus
from kram.tenants.queries import StaffMember

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


class InPrivate(Filter):
    async def __call__(self, event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
        return _chat_type(event) == ChatType.PRIVATE


PRIVATE = InPrivate()


class InGroup(Filter):
    async def __call__(self, event: Message | CallbackQuery | ChatMemberUpdated) -> bool:
        return _chat_type(event) in _GROUPS


class Payload(Filter):
    """After `CommandStart`: the link's payload begins so; the rest of it is `payload`."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    async def __call__(self, _: Message, command: CommandObject) -> bool | dict[str, Any]:
        given = command.args or ""
        if not given.startswith(self._prefix):
            return False
        return {"payload": given.removeprefix(self._prefix)}


class PlainText(Filter):
    """Words of a person, no command."""

    async def __call__(self, message: Message) -> bool:
        return bool(message.text) and not (message.text or "").startswith("/")


class FromStaff(Filter):
    async def __call__(self, _: Message | CallbackQuery, staff: StaffMember | None) -> bool:
        return staff is not None


class Closed(Filter):
    """The merchant has paused the shop, and this is not one of its staff."""

    async def __call__(
        self, _: Message | CallbackQuery, shop: ShopBot, staff: StaffMember | None
    ) -> bool:
        return shop.shop_status is ShopStatus.PAUSED and staff is None


def _chat_type(event: Message | CallbackQuery | ChatMemberUpdated) -> str | None:
    if isinstance(event, CallbackQuery):
        return event.message.chat.type if event.message else None
    return event.chat.type
