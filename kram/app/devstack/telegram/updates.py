"""What a bot is told: updates with numbers, kept until the bot has taken them."""

import msgspec

from kram.app.devstack.telegram.state.records import Bot, PendingUpdate
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.wire.base import Wire

DAY_SECONDS = 86_400
QUERY_SECONDS = 150  # how long Telegram offers a callback or checkout query to a webhook

ALL_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "subscription",
        "stopped_message_generation",
    }
)
ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
SHORT_LIVED = frozenset({"callback_query", "shipping_query", "pre_checkout_query", "inline_query"})


def tell(telegram: Telegram, bot: Bot, kind: str, body: Wire, queue: str) -> int | None:
    """Queues an update; returns its number, or None when the bot did not ask for this kind.

    `queue` names what must stay in order: a chat, or a person's callbacks or checkouts.
    """
    if not wants(bot, kind):
        return None
    update_id = bot.next_update_id
    bot.next_update_id += 1
    telegram.world.bots.put(bot)
    life = QUERY_SECONDS if kind in SHORT_LIVED else DAY_SECONDS
    telegram.world.updates.put(
        PendingUpdate(
            bot_id=bot.id,
            update_id=update_id,
            kind=kind,
            queue=queue,
            expires_at=telegram.clock() + life,
            payload=msgspec.Raw(msgspec.json.encode({"update_id": update_id, kind: body})),
        )
    )
    telegram.update_arrived(bot.id)
    return update_id


def wants(bot: Bot, kind: str) -> bool:
    """Whether the bot receives this kind; without a list it receives all but three kinds."""
    if not bot.allowed_updates:
        return kind not in ONLY_WHEN_ASKED
    return kind in bot.allowed_updates


def pending(telegram: Telegram, bot_id: int) -> list[PendingUpdate]:
    """The bot's updates that are still alive, oldest first; forgets the dead ones."""
    now = telegram.clock()
    mine = telegram.world.updates.of(str(bot_id))
    for update in mine:
        if update.expires_at <= now:
            telegram.world.updates.drop(update.key)
    return sorted(
        (update for update in mine if update.expires_at > now), key=lambda row: row.update_id
    )


def drop_all(telegram: Telegram, bot_id: int) -> None:
    """Forgets everything the bot has not taken yet."""
    for update in pending(telegram, bot_id):
        telegram.world.updates.drop(update.key)
