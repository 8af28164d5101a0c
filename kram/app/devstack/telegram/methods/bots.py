"""getMe and what a bot says about itself: names, texts, photo."""

from typing import Any

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.posting import show_bot
from kram.app.devstack.telegram.wire.people import BotSelf

LANGUAGE_CODE_LENGTH = 2


@method("getMe")
async def get_me(call: Call) -> BotSelf:
    bot = call.bot
    return BotSelf(
        id=bot.id,
        is_bot=True,
        first_name=bot.names[""],
        username=bot.username,
        can_join_groups=True,
        can_read_all_group_messages=True,
        supports_inline_queries=True,
        can_connect_to_business=False,
        has_main_web_app=bot.main_app_url is not None,
        can_manage_bots=bot.can_manage_bots,
    )


@method("setMyName")
async def set_my_name(call: Call) -> bool:
    name, language = _localized(call, "name", 64)
    if not name and not language:
        raise bad_request("BOT_TITLE_INVALID")
    return _store(call, call.bot.names, language, name)


@method("getMyName")
async def get_my_name(call: Call) -> dict[str, str]:
    return {"name": _find(call, call.bot.names)}


@method("setMyDescription")
async def set_my_description(call: Call) -> bool:
    text, language = _localized(call, "description", 512)
    return _store(call, call.bot.descriptions, language, text)


@method("getMyDescription")
async def get_my_description(call: Call) -> dict[str, str]:
    return {"description": _find(call, call.bot.descriptions)}


@method("setMyShortDescription")
async def set_my_short_description(call: Call) -> bool:
    text, language = _localized(call, "short_description", 120)
    return _store(call, call.bot.short_descriptions, language, text)


@method("getMyShortDescription")
async def get_my_short_description(call: Call) -> dict[str, str]:
    return {"short_description": _find(call, call.bot.short_descriptions)}


@method("setMyProfilePhoto")
async def set_my_profile_photo(call: Call) -> bool:
    """A static photo only: a shop's logo does not move."""
    photo: Any = call.arguments.parsed("photo", "InputProfilePhoto") or {}
    if photo.get("type") != "static":
        raise bad_request("can't parse InputProfilePhoto: unsupported photo type")
    upload = call.arguments.attached(str(photo.get("photo", "")))
    if upload is None:
        raise bad_request("there is no photo in the request")
    call.bot.photo_file_id = call.telegram.files.add_photo(upload.content)[-1].file_id
    return _saved(call)


@method("removeMyProfilePhoto")
async def remove_my_profile_photo(call: Call) -> bool:
    call.bot.photo_file_id = None
    return _saved(call)


def _localized(call: Call, name: str, limit: int) -> tuple[str, str]:
    text = call.arguments.text(name)
    if len(text) > limit:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    return text, _language(call)


def _language(call: Call) -> str:
    language = call.arguments.text("language_code")
    if language and (len(language) != LANGUAGE_CODE_LENGTH or not language.isalpha()):
        raise bad_request("invalid language code specified")
    return language.lower()


def _store(call: Call, texts: dict[str, str], language: str, text: str) -> bool:
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    return _saved(call)


def _find(call: Call, texts: dict[str, str]) -> str:
    return texts.get(_language(call)) or texts.get("", "")


def _saved(call: Call) -> bool:
    call.world.bots.put(call.bot)
    show_bot(call.telegram, call.bot)
    return True
