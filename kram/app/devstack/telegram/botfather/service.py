"""BotFather at work: takes its updates as they come and answers them."""

import asyncio
from typing import Any

import msgspec
import structlog

from kram.app.devstack.telegram.botfather.conversation import Conversation, Reply
from kram.app.devstack.telegram.botfather.texts import WORDS
from kram.app.devstack.telegram.identities import new_secret
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.server import answer_call
from kram.app.devstack.telegram.state.records import Bot, PendingUpdate
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import pending
from kram.app.devstack.telegram.wire.keyboards import BotCommand
from kram.app.devstack.telegram.wire.updates import CallbackQuery

log = structlog.get_logger(__name__)

BOTFATHER_ID = 93_372_553


def ensure_botfather(telegram: Telegram) -> Bot:
    """The account; made in an empty town, kept in any other."""
    known = telegram.world.bots.get(BOTFATHER_ID)
    return known or telegram.world.bots.put(
        Bot(
            id=BOTFATHER_ID,
            username="BotFather",
            secret=new_secret(),
            names={"": "BotFather"},
            descriptions=_in_all_languages("about"),
            commands={
                f"default|||{code}": _commands(language)
                for language, code in (("en", ""), ("uk", "uk"), ("ru", "ru"))
            },
            is_service=True,
        )
    )


class BotFather:
    """Reads its own updates without the network between."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._news = asyncio.Event()
        telegram.update_listeners.append(self._wake)

    async def run(self) -> None:
        """Serves until it is cancelled."""
        while True:
            bot = ensure_botfather(self._telegram)
            for update in pending(self._telegram, bot.id):
                self._telegram.world.updates.drop(update.key)
                try:
                    await self._answer(bot, update)
                except Exception:
                    log.exception("botfather could not answer", update_id=update.update_id)
            self._news.clear()
            await self._news.wait()

    def _wake(self, bot_id: int) -> None:
        if bot_id == BOTFATHER_ID:
            self._news.set()

    async def _answer(self, bot: Bot, update: PendingUpdate) -> None:
        body: dict[str, Any] = msgspec.json.decode(update.payload)[update.kind]
        person = self._telegram.world.people.get(body["from"]["id"])
        if person is None:
            return
        conversation = Conversation(self._telegram, person)
        if update.kind == "message" and "text" in body:
            await self._send(bot, person.id, conversation.hear(body["text"]))
        elif update.kind == "callback_query":
            query = msgspec.convert(body, CallbackQuery)
            await self._call(bot, "answerCallbackQuery", callback_query_id=query.id)
            await self._send(bot, person.id, conversation.tapped(query.data))

    async def _send(self, bot: Bot, person_id: int, reply: Reply) -> None:
        keyboard = [[{"text": text, "callback_data": data}] for text, data in reply.buttons]
        markup = {"inline_keyboard": keyboard} if keyboard else None
        await self._call(
            bot,
            "sendMessage",
            chat_id=person_id,
            text=reply.text,
            parse_mode="HTML",
            reply_markup=markup,
        )

    async def _call(self, bot: Bot, method: str, **values: Any) -> None:
        await answer_call(self._telegram, bot, method, Arguments(values))


def _commands(language: str) -> list[BotCommand]:
    words = WORDS[language]
    return [
        BotCommand(command=name, description=words[name]) for name in ("newbot", "mybots", "cancel")
    ]


def _in_all_languages(key: str) -> dict[str, str]:
    return {"" if language == "en" else language: words[key] for language, words in WORDS.items()}
