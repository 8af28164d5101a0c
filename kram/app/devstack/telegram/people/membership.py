"""Starting and blocking a bot, bots coming into groups and leaving them."""

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.identities import bot_user, chat_view, person_user
from kram.app.devstack.telegram.posting import deliver, draft, post, show_chat
from kram.app.devstack.telegram.standing import administrator, kicked, left, member
from kram.app.devstack.telegram.state.records import Bot, ChatRecord, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import tell
from kram.app.devstack.telegram.wire.people import ChatMember, ChatMemberUpdated, User


def block(telegram: Telegram, bot: Bot, person: Person) -> None:
    """The person stops the bot; doing it twice tells the bot once."""
    chat = private_chat(telegram.world, bot, person.id)
    if not chat.is_blocked:
        chat.is_blocked = True
        show_chat(telegram, chat)
        you = bot_user(bot)
        _tell_standing(telegram, chat, bot, person_user(person), member(you), kicked(you))


def unblock(telegram: Telegram, bot: Bot, person: Person) -> None:
    """The person lets the bot write again."""
    chat = private_chat(telegram.world, bot, person.id)
    if chat.is_blocked:
        chat.is_blocked = False
        show_chat(telegram, chat)
        you = bot_user(bot)
        _tell_standing(telegram, chat, bot, person_user(person), kicked(you), member(you))


def create_group(telegram: Telegram, title: str, members: list[Person]) -> ChatRecord:
    """A supergroup; its first member owns it."""
    group_id = telegram.world.next_group_id()
    group = ChatRecord(
        key=str(group_id),
        id=group_id,
        type="supergroup",
        title=title,
        member_ids=[person.id for person in members],
    )
    show_chat(telegram, group)
    return group


def add_bot(telegram: Telegram, group: ChatRecord, bot: Bot, by: Person) -> None:
    """Brings the bot in as an administrator; a bot that is in already stays as it is."""
    if bot.id in group.bot_ids:
        return
    group.bot_ids.append(bot.id)
    if bot.id in group.former_bot_ids:
        group.former_bot_ids.remove(bot.id)
    show_chat(telegram, group)
    you = bot_user(bot)
    _tell_standing(telegram, group, bot, person_user(by), left(you), administrator(you))
    notice = draft(telegram, group, by)
    notice.new_chat_members = [you]
    deliver(telegram, group, post(telegram, group, notice))


def remove_bot(telegram: Telegram, group: ChatRecord, bot: Bot, by: User) -> None:
    """Takes the bot out of the group."""
    group.bot_ids.remove(bot.id)
    group.former_bot_ids.append(bot.id)
    show_chat(telegram, group)
    you = bot_user(bot)
    after = left(you) if by.id == bot.id else kicked(you)
    _tell_standing(telegram, group, bot, by, administrator(you), after)
    notice = draft(telegram, group, bot)
    notice.from_, notice.left_chat_member = by, you
    deliver(telegram, group, post(telegram, group, notice))


def _tell_standing(
    telegram: Telegram, chat: ChatRecord, bot: Bot, by: User, old: ChatMember, new: ChatMember
) -> None:
    change = ChatMemberUpdated(
        chat=chat_view(telegram.world, chat),
        from_=by,
        date=telegram.now,
        old_chat_member=old,
        new_chat_member=new,
    )
    tell(telegram, bot, "my_chat_member", change, f"chat:{chat.id}")
