"""Who somebody is in a chat."""

from kram.app.devstack.telegram.state.records import ChatRecord
from kram.app.devstack.telegram.wire.people import ChatMember, User


def person_member(chat: ChatRecord, user: User) -> ChatMember:
    """In a group the first member is its owner, the others are members."""
    if user.id not in chat.member_ids:
        return left(user)
    if chat.type != "private" and chat.member_ids[0] == user.id:
        return ChatMember(user=user, status="creator", is_anonymous=False)
    return member(user)


def bot_member(chat: ChatRecord, user: User) -> ChatMember:
    """A bot is an administrator of its groups, so that it reads everything."""
    if chat.type == "private":
        return kicked(user) if chat.is_blocked else member(user)
    if user.id in chat.bot_ids:
        return administrator(user)
    return kicked(user) if user.id in chat.former_bot_ids else left(user)


def member(user: User) -> ChatMember:
    return ChatMember(user=user, status="member")


def left(user: User) -> ChatMember:
    return ChatMember(user=user, status="left")


def kicked(user: User) -> ChatMember:
    return ChatMember(user=user, status="kicked", until_date=0)


def administrator(user: User) -> ChatMember:
    return ChatMember(
        user=user,
        status="administrator",
        can_be_edited=False,
        is_anonymous=False,
        can_manage_chat=True,
        can_delete_messages=True,
        can_manage_video_chats=True,
        can_restrict_members=True,
        can_promote_members=False,
        can_change_info=True,
        can_invite_users=True,
        can_post_stories=False,
        can_edit_stories=False,
        can_delete_stories=False,
        can_pin_messages=True,
        can_send_welcome_messages=True,
    )
