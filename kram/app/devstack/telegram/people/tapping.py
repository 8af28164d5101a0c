"""A person taps an inline button."""

from kram.app.devstack.telegram.identities import person_user
from kram.app.devstack.telegram.init_data import chat_instance
from kram.app.devstack.telegram.people.errors import ImpossibleActionError, UnknownPartyError
from kram.app.devstack.telegram.questions import Question
from kram.app.devstack.telegram.state.records import ChatRecord, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.keyboards import InlineButton
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.updates import CallbackQuery

ANSWER_SECONDS = 60.0


def find_button(message: Message, *, text: str | None, data: str | None) -> InlineButton:
    """The message's button with this text or callback data."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    for button in (button for row in rows for button in row):
        if text is not None and button.text == text:
            return button
        if data is not None and button.callback_data == data:
            return button
    raise UnknownPartyError("the message has no such button")


def tap(
    telegram: Telegram, chat: ChatRecord, person: Person, message: Message, data: str
) -> Question:
    """Sends a callback query; the bot's answer comes to the question.

    The data need not be on the message: a changed client may send any.
    """
    if person.id not in chat.member_ids:
        raise ImpossibleActionError("this person is not in the chat")
    bot = telegram.world.bots.get(message.from_.id if message.from_ else 0)
    if message.via_bot is not None:
        bot = telegram.world.bots.get(message.via_bot.id)
    if bot is None:
        raise ImpossibleActionError("only messages of bots have buttons that answer")
    question = telegram.questions.ask("callback", bot.id, person.id, ANSWER_SECONDS)
    query = CallbackQuery(
        id=question.id,
        from_=person_user(person),
        message=message,
        chat_instance=chat_instance(telegram.world.signing_key, chat.key),
        data=data,
    )
    tell(telegram, bot, "callback_query", query, f"callback:{person.id}")
    return question
