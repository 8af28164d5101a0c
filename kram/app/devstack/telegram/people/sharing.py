"""A person shares what a bot prepared, or asks it inline."""

from typing import Any

from kram.app.devstack.telegram.identities import person_user
from kram.app.devstack.telegram.inline_results import send_result
from kram.app.devstack.telegram.people.errors import ImpossibleActionError, UnknownPartyError
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person, PreparedMessage
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.messages import Message
from kram.app.devstack.telegram.wire.updates import ChosenInlineResult, InlineQuery

ANSWER_SECONDS = 10.0


def find_prepared(telegram: Telegram, prepared_id: str, person: Person) -> PreparedMessage:
    """The prepared message, if it was made for this person and is not too old."""
    prepared = telegram.world.prepared.get(prepared_id)
    if prepared is None or prepared.person_id != person.id:
        raise UnknownPartyError("MESSAGE_EXPIRED")
    if prepared.expires_at <= telegram.now:
        raise ImpossibleActionError("MESSAGE_EXPIRED")
    return prepared


async def share(
    telegram: Telegram, prepared: PreparedMessage, person: Person, chat: ChatRecord
) -> Message:
    bot = telegram.world.bots[prepared.bot_id]
    return await send_result(telegram, bot, person, chat, prepared.result)


async def ask_inline(
    telegram: Telegram, bot: Bot, person: Person, text: str
) -> list[dict[str, Any]]:
    """What the bot offers for the words after its name; empty when it stays silent."""
    question = telegram.questions.ask("inline", bot.id, person.id, ANSWER_SECONDS)
    query = InlineQuery(
        id=question.id, from_=person_user(person), query=text, offset="", chat_type="sender"
    )
    tell(telegram, bot, "inline_query", query, f"inline:{person.id}")
    answer = await telegram.questions.wait(question)
    results: list[dict[str, Any]] = (answer or {}).get("results", [])
    return results


async def choose_inline(
    telegram: Telegram,
    bot: Bot,
    person: Person,
    chat: ChatRecord,
    result: dict[str, Any],
    text: str,
) -> Message:
    """Sends one of the offered results, and tells the bot which."""
    chosen = ChosenInlineResult(result_id=result["id"], from_=person_user(person), query=text)
    tell(telegram, bot, "chosen_inline_result", chosen, f"inline:{person.id}")
    return await send_result(telegram, bot, person, chat, result)
