"""getChat and who is in it."""

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.identities import bot_user, chat_view, person_user
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.people.membership import remove_bot
from kram.app.devstack.telegram.standing import bot_member, person_member
from kram.app.devstack.telegram.state.records import ChatRecord
from kram.app.devstack.telegram.wire.people import ChatFullInfo, ChatMember

GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


@method("getChat")
async def get_chat(call: Call) -> ChatFullInfo:
    chat = call.chat()
    view = chat_view(call.world, chat)
    return ChatFullInfo(
        id=view.id,
        type=view.type,
        title=view.title,
        username=view.username,
        first_name=view.first_name,
        last_name=view.last_name,
        accent_color_id=abs(view.id) % 7,
        max_reaction_count=11,
        accepted_gift_types=dict.fromkeys(GIFTS, False),
    )


@method("getChatMember")
async def get_chat_member(call: Call) -> ChatMember:
    chat = call.chat()
    user_id = call.arguments.integer("user_id")
    person, bot = call.world.people.get(user_id), call.world.bots.get(user_id)
    if person is not None:
        return person_member(chat, person_user(person))
    if bot is not None:
        return bot_member(chat, bot_user(bot))
    raise bad_request("user not found")


@method("getChatAdministrators")
async def get_chat_administrators(call: Call) -> list[ChatMember]:
    chat = _group(call)
    owner = call.world.people[chat.member_ids[0]]
    bots = (call.world.bots[bot_id] for bot_id in chat.bot_ids)
    return [
        person_member(chat, person_user(owner)),
        *(bot_member(chat, bot_user(bot)) for bot in bots),
    ]


@method("getChatMemberCount")
async def get_chat_member_count(call: Call) -> int:
    chat = call.chat()
    return len(chat.member_ids) + len(chat.bot_ids)


@method("leaveChat")
async def leave_chat(call: Call) -> bool:
    chat = _group(call)
    remove_bot(call.telegram, chat, call.bot, by=bot_user(call.bot))
    return True


@method("getUserProfilePhotos")
async def get_user_profile_photos(call: Call) -> dict[str, object]:
    """People here have no photos."""
    if call.arguments.integer("user_id") not in call.world.people:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def _group(call: Call) -> ChatRecord:
    chat = call.chat()
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return chat
