"""The little of an update that must be known before it is understood: its number and its queue.

Read without the Telegram library, because the web process stores updates and must stay light.
"""

import msgspec

CALLBACK_MARK = "u"
CHECKOUT_MARK = "c"


class _HasId(msgspec.Struct, frozen=True):
    id: int


class _InChat(msgspec.Struct, frozen=True):
    chat: _HasId


class _ByPerson(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    sender: _HasId


class _ByUser(msgspec.Struct, frozen=True):
    user: _HasId


class _Update(msgspec.Struct, frozen=True):
    update_id: int
    message: _InChat | None = None
    edited_message: _InChat | None = None
    my_chat_member: _InChat | None = None
    callback_query: _ByPerson | None = None
    shipping_query: _ByPerson | None = None
    pre_checkout_query: _ByPerson | None = None
    purchased_paid_media: _ByPerson | None = None
    subscription: _ByUser | None = None


class Envelope(msgspec.Struct, frozen=True):
    """`ordering_key` is how Telegram itself queues: a chat's messages in order, a person's
    callbacks in another queue, a person's checkout in a third. None: in any order."""

    update_id: int
    ordering_key: str | None


def read_envelope(body: bytes) -> Envelope:
    """Raises msgspec.DecodeError for what is no update."""
    update = msgspec.json.decode(body, type=_Update)
    return Envelope(update.update_id, _ordering_key(update))


def _ordering_key(update: _Update) -> str | None:
    if in_chat := update.message or update.edited_message or update.my_chat_member:
        return str(in_chat.chat.id)
    if update.callback_query:
        return f"{CALLBACK_MARK}{update.callback_query.sender.id}"
    if checkout := update.shipping_query or update.pre_checkout_query:
        return f"{CHECKOUT_MARK}{checkout.sender.id}"
    # What concerns a paying person keeps the order of their private chat, which has their id.
    if update.purchased_paid_media:
        return str(update.purchased_paid_media.sender.id)
    return str(update.subscription.user.id) if update.subscription else None
