"""Users and chats."""

from kram.app.devstack.telegram.wire.base import Wire


class User(Wire, kw_only=True):
    """A person or a bot."""

    id: int
    is_bot: bool
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_premium: bool | None = None


class BotSelf(User, kw_only=True):
    """A bot as it sees itself in getMe."""

    can_join_groups: bool
    can_read_all_group_messages: bool
    supports_inline_queries: bool
    can_connect_to_business: bool
    has_main_web_app: bool
    can_manage_bots: bool


class Chat(Wire, kw_only=True):
    """A place where messages live."""

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class ChatFullInfo(Chat, kw_only=True):
    """A chat as getChat describes it."""

    accent_color_id: int
    max_reaction_count: int
    accepted_gift_types: dict[str, bool]
    description: str | None = None


class ChatMember(Wire, kw_only=True):
    """A user's standing in a chat."""

    user: User
    status: str
    until_date: int | None = None
    is_anonymous: bool | None = None
    can_be_edited: bool | None = None
    can_manage_chat: bool | None = None
    can_delete_messages: bool | None = None
    can_manage_video_chats: bool | None = None
    can_restrict_members: bool | None = None
    can_promote_members: bool | None = None
    can_change_info: bool | None = None
    can_invite_users: bool | None = None
    can_post_stories: bool | None = None
    can_edit_stories: bool | None = None
    can_delete_stories: bool | None = None
    can_pin_messages: bool | None = None
    can_send_welcome_messages: bool | None = None


class ChatMemberUpdated(Wire, kw_only=True):
    """A change of someone's standing: a block, an unblock, a bot added to a group."""

    chat: Chat
    from_: User
    date: int
    old_chat_member: ChatMember
    new_chat_member: ChatMember
