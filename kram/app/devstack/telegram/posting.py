"""A new message in a chat, whoever wrote it: numbered, kept, shown on the phones."""

from kram.app.devstack.telegram.chats import audience
from kram.app.devstack.telegram.identities import bot_user, chat_view, person_user
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person, StoredMessage
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.messages import Message


def draft(telegram: Telegram, chat: ChatRecord, author: Bot | Person) -> Message:
    """An empty message of this author; it gets its number when it is posted."""
    user = bot_user(author) if isinstance(author, Bot) else person_user(author)
    view = chat_view(telegram.world, chat)
    return Message(message_id=0, from_=user, chat=view, date=telegram.now)


def post(telegram: Telegram, chat: ChatRecord, message: Message) -> Message:
    """Numbers the message, keeps it and shows it."""
    message.message_id = chat.next_message_id
    chat.next_message_id += 1
    author_id = message.from_.id if message.from_ else 0
    for person_id in audience(chat) - {author_id}:
        chat.unread[str(person_id)] = chat.unread.get(str(person_id), 0) + 1
    telegram.world.chats.put(chat)
    telegram.world.messages.put(StoredMessage(chat_key=chat.key, message=message))
    show(telegram, chat, message)
    return message


def deliver(telegram: Telegram, chat: ChatRecord, message: Message) -> None:
    """Tells the chat's bots, except the author, about a message."""
    author_id = message.from_.id if message.from_ else 0
    for bot_id in chat.bot_ids:
        bot = telegram.world.bots.get(bot_id)
        if bot is not None and bot.id != author_id:
            tell(telegram, bot, "message", message, f"chat:{chat.id}")


def show(telegram: Telegram, chat: ChatRecord, message: Message) -> None:
    """Brings a new or changed message to the phones of those who see the chat."""
    telegram.feed.publish("message", audience(chat), chat=chat.key, message=message)


def show_chat(telegram: Telegram, chat: ChatRecord) -> None:
    """Brings a changed chat to the phones: keyboard, menu button, block."""
    telegram.world.chats.put(chat)
    telegram.feed.publish("chat", audience(chat), chat=chat.key)


def show_bot(telegram: Telegram, bot: Bot) -> None:
    """Brings a bot's changed name, commands or menu button to the phones that know the bot."""
    for chat in telegram.world.chats:
        if bot.id in chat.bot_ids:
            telegram.feed.publish("chat", audience(chat), chat=chat.key)
