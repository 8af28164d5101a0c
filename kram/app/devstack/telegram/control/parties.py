"""Who a request means."""

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.identities import bot_by_username
from kram.app.devstack.telegram.people.errors import UnknownPartyError
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person, StoredMessage
from kram.app.devstack.telegram.telegram import Telegram


def find_bot(telegram: Telegram, bot: int | str) -> Bot:
    """By id or username."""
    found = (
        telegram.world.bots.get(int(bot))
        if isinstance(bot, int) or bot.isdigit()
        else bot_by_username(telegram.world, bot)
    )
    if found is None:
        raise UnknownPartyError(f"there is no bot {bot}")
    return found


def find_person(telegram: Telegram, person_id: int) -> Person:
    person = telegram.world.people.get(person_id)
    if person is None:
        raise UnknownPartyError(f"there is no person {person_id}")
    return person


def find_chat(telegram: Telegram, key: str) -> ChatRecord:
    """By key: `bot:person` for a private chat (made when new), the chat's id for a group."""
    chat = telegram.world.chats.get(key)
    if chat is not None:
        return chat
    bot_id, _, person_id = key.partition(":")
    if not (bot_id.isdigit() and person_id.isdigit()):
        raise UnknownPartyError(f"there is no chat {key}")
    bot, person = find_bot(telegram, bot_id), find_person(telegram, int(person_id))
    return private_chat(telegram.world, bot, person.id)


def find_message(telegram: Telegram, chat: ChatRecord, message_id: int) -> StoredMessage:
    stored = telegram.world.message(chat.key, message_id)
    if stored is None:
        raise UnknownPartyError(f"there is no message {message_id} in the chat")
    return stored
