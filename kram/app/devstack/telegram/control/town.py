"""Bots, people and groups: made, listed, changed."""

import msgspec
from litestar import Router, get, patch, post
from litestar.params import FromPath, JSONBody

from kram.app.devstack.telegram.control.parties import find_bot, find_chat, find_person
from kram.app.devstack.telegram.control.views import BotView, bot_view
from kram.app.devstack.telegram.identities import bot_user
from kram.app.devstack.telegram.injection import OurTelegram
from kram.app.devstack.telegram.people import membership
from kram.app.devstack.telegram.people.making_bots import make_bot, make_managed_bot, replace_token
from kram.app.devstack.telegram.state.records import ChatRecord, Person
from kram.app.devstack.telegram.wire.people import User


class NewBot(msgspec.Struct, kw_only=True):
    """A bot to be made; with `manager` it is a managed bot and the manager is told."""

    name: str
    username: str
    owner_id: int | None = None
    manager: int | str | None = None
    can_manage_bots: bool = False
    main_app_url: str | None = None


class BotChange(msgspec.Struct, kw_only=True):
    """What BotFather's settings would change."""

    can_manage_bots: bool | None = None
    main_app_url: str | None = None


class NewPerson(msgspec.Struct, kw_only=True):
    """A user to be made; with the id of a user who is there, that user is changed."""

    first_name: str
    id: int | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "en"
    is_premium: bool = False
    phone_number: str | None = None


class PersonChange(msgspec.Struct, kw_only=True):
    """What a user changes about themselves."""

    language_code: str | None = None
    first_name: str | None = None


class NewGroup(msgspec.Struct, kw_only=True):
    """A staff chat to be made; the first member owns it and brings the bots in."""

    title: str
    member_ids: list[int]
    bots: list[int | str] = []


class GroupBot(msgspec.Struct, kw_only=True):
    """A bot to be brought into a group."""

    bot: int | str
    by: int


@post("/bots")
async def create_bot(data: JSONBody[NewBot], telegram: OurTelegram) -> BotView:
    owner = find_person(telegram, data.owner_id) if data.owner_id else None
    if data.manager is not None and owner is not None:
        manager = find_bot(telegram, data.manager)
        bot = make_managed_bot(telegram, manager, data.name, data.username, owner)
    else:
        bot = make_bot(telegram, data.name, data.username, owner)
    bot.can_manage_bots, bot.main_app_url = data.can_manage_bots, data.main_app_url
    return bot_view(telegram.world.bots.put(bot))


@get("/bots")
async def list_bots(telegram: OurTelegram) -> list[BotView]:
    return [bot_view(bot) for bot in telegram.world.bots if not bot.is_service]


@get("/directory")
async def list_directory(telegram: OurTelegram) -> list[User]:
    """All bots as anybody may find them, without their tokens."""
    return [bot_user(bot) for bot in telegram.world.bots]


@patch("/bots/{bot:str}")
async def change_bot(
    bot: FromPath[str], data: JSONBody[BotChange], telegram: OurTelegram
) -> BotView:
    found = find_bot(telegram, bot)
    if data.can_manage_bots is not None:
        found.can_manage_bots = data.can_manage_bots
    if data.main_app_url is not None:
        found.main_app_url = data.main_app_url or None
    return bot_view(telegram.world.bots.put(found))


@post("/bots/{bot:str}/token")
async def revoke_token(bot: FromPath[str], telegram: OurTelegram) -> BotView:
    """The old token is dead at once; a manager bot is told, an ordinary bot is not."""
    found = find_bot(telegram, bot)
    replace_token(telegram, found)
    return bot_view(found)


@post("/people")
async def create_person(data: JSONBody[NewPerson], telegram: OurTelegram) -> Person:
    person_id = data.id or telegram.world.next_person_id()
    return telegram.world.people.put(
        Person(
            id=person_id,
            first_name=data.first_name,
            last_name=data.last_name,
            username=data.username,
            language_code=data.language_code,
            is_premium=data.is_premium,
            phone_number=data.phone_number or f"+380{person_id % 1_000_000_000:09d}",
        )
    )


@get("/people")
async def list_people(telegram: OurTelegram) -> list[Person]:
    return list(telegram.world.people)


@patch("/people/{person_id:int}")
async def change_person(
    person_id: FromPath[int], data: JSONBody[PersonChange], telegram: OurTelegram
) -> Person:
    person = find_person(telegram, person_id)
    person.language_code = data.language_code or person.language_code
    person.first_name = data.first_name or person.first_name
    telegram.world.people.put(person)
    telegram.feed.publish("person", {person.id}, person=person)
    return person


@post("/groups")
async def create_group(data: JSONBody[NewGroup], telegram: OurTelegram) -> ChatRecord:
    members = [find_person(telegram, person_id) for person_id in data.member_ids]
    bots = [find_bot(telegram, bot) for bot in data.bots]
    group = membership.create_group(telegram, data.title, members)
    for bot in bots:
        membership.add_bot(telegram, group, bot, by=members[0])
    return group


@post("/groups/{key:str}/bots")
async def add_group_bot(
    key: FromPath[str], data: JSONBody[GroupBot], telegram: OurTelegram
) -> ChatRecord:
    group = find_chat(telegram, key)
    bot, by = find_bot(telegram, data.bot), find_person(telegram, data.by)
    membership.add_bot(telegram, group, bot, by)
    return group


town = Router(
    "/",
    route_handlers=[
        create_bot,
        list_bots,
        list_directory,
        change_bot,
        revoke_token,
        create_person,
        list_people,
        change_person,
        create_group,
        add_group_bot,
    ],
)
