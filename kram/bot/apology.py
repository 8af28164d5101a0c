"""What a person is told when their update could not be done."""

from aiogram.types import Message, Update

from kram.bot.answer import Answer
from kram.integrations.telegram.texts import Words
from kram.kit.errors import AppError

_LONGEST_ALERT = 200


def apology(update: Update, refusal: AppError, words: Words) -> Answer:
    """An expected refusal, in words that say what to do next."""
    text = words.refusal(refusal)
    query = update.callback_query
    if query is not None:
        return Answer.of(query.answer(text[:_LONGEST_ALERT], show_alert=True))
    if update.pre_checkout_query is not None:
        return Answer.of(update.pre_checkout_query.answer(ok=False, error_message=text))
    if isinstance(update.event, Message):
        return Answer.of(update.event.answer(words.html("%(text)s", text=text)))
    return Answer()


def one_moment(update: Update, words: Words) -> Answer:
    """For a tap that is not done yet: the button stops turning, the work goes on."""
    query = update.callback_query
    if query is None:
        return Answer()
    return Answer.of(query.answer(words("One moment, we are still at it")))
