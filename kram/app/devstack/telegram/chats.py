"""Which chat a bot means, and whether it may write there."""

from kram.app.devstack.telegram.errors import bad_request, forbidden
from kram.app.devstack.telegram.state.records import Bot, ChatRecord
from kram.app.devstack.telegram.state.world import World


def private_key(bot_id: int, person_id: int) -> str:
    return f"{bot_id}:{person_id}"


def private_chat(world: World, bot: Bot, person_id: int) -> ChatRecord:
    """The chat of a bot and a person; made when they meet for the first time."""
    key = private_key(bot.id, person_id)
    chat = world.chats.get(key)
    if chat is not None:
        return chat
    return world.chats.put(
        ChatRecord(
            key=key,
            id=person_id,
            type="private",
            bot_id=bot.id,
            member_ids=[person_id],
            bot_ids=[bot.id],
        )
    )


def audience(chat: ChatRecord) -> set[int]:
    """The people whose phones show the chat."""
    return set(chat.member_ids)


def find_chat(world: World, bot: Bot, chat_id: str) -> ChatRecord:
    """A chat the bot knows, by the id it gave. Raises Telegram's refusals."""
    if not chat_id:
        raise bad_request("chat_id is empty")
    if not chat_id.lstrip("-").isdigit():
        raise bad_request("chat not found")
    if int(chat_id) > 0:
        return _find_private(world, bot, int(chat_id))
    group = world.chats.get(chat_id)
    if group is None or bot.id not in group.bot_ids + group.former_bot_ids:
        raise bad_request("chat not found")
    return group


def chat_to_write(world: World, bot: Bot, chat_id: str) -> ChatRecord:
    """A chat in which the bot may write now. Raises Telegram's refusals."""
    chat = find_chat(world, bot, chat_id)
    if chat.type != "private":
        if bot.id not in chat.bot_ids:
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        return chat
    if chat.is_blocked:
        raise forbidden("bot was blocked by the user")
    if not (chat.has_started or chat.may_write):
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def _find_private(world: World, bot: Bot, person_id: int) -> ChatRecord:
    if person_id in world.bots:
        raise forbidden("bot can't send messages to bots")
    if person_id not in world.people:
        raise bad_request("chat not found")
    chat = world.chats.get(private_key(bot.id, person_id))
    if chat is None:
        raise forbidden("bot can't initiate conversation with a user")
    return chat
