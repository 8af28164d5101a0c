"""Bots that a manager bot looks after: their tokens."""

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.people.making_bots import replace_token
from kram.app.devstack.telegram.state.records import Bot


@method("getManagedBotToken")
async def get_managed_bot_token(call: Call) -> str:
    return _managed(call).token


@method("replaceManagedBotToken")
async def replace_managed_bot_token(call: Call) -> str:
    """The old token is dead at once."""
    bot = _managed(call)
    replace_token(call.telegram, bot)
    return bot.token


def _managed(call: Call) -> Bot:
    bot = call.world.bots.get(call.arguments.integer("user_id"))
    if bot is None or bot.manager_id != call.bot.id:
        raise bad_request("BOT_INVALID")
    return bot
