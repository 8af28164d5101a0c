"""Two clients written by others talk to the simulator as to Telegram."""

import base64
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputProfilePhotoStatic,
    MenuButtonWebApp,
    Message,
    Update,
    WebAppInfo,
)
from PIL import Image
from telegram import Bot as PtbBot
from telegram import InlineKeyboardButton as PtbButton
from telegram import InlineKeyboardMarkup as PtbMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.request import HTTPXRequest

from tests.app.telegram.conftest import Simulator, Town

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bot(simulator: Simulator, town: Town) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(simulator.url))
    async with Bot(town.token, session, default=DefaultBotProperties(parse_mode="HTML")) as bot:
        yield bot


@pytest.fixture
async def ptb(simulator: Simulator, town: Town) -> AsyncIterator[PtbBot]:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    polling = HTTPXRequest(httpx_kwargs={"trust_env": False})
    bot = PtbBot(
        town.token,
        base_url=f"{simulator.url}/bot",
        base_file_url=f"{simulator.url}/file/bot",
        request=request,
        get_updates_request=polling,
    )
    async with bot:
        yield bot


def picture(width: int = 640, height: int = 480) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "orange").save(buffer, "PNG")
    return buffer.getvalue()


async def test_aiogram_greets_a_shopper_who_pressed_start(
    simulator: Simulator, town: Town, bot: Bot
) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart(deep_link=True), F.chat.type == "private")
    async def greet(message: Message) -> None:
        await message.answer(f"Вітаємо, <b>{message.from_user.first_name}</b>")  # type: ignore[union-attr]

    await simulator.control("start", bot=town.bot_id, user_id=town.user_id, payload="p_1")
    for update in await bot.get_updates():
        await dispatcher.feed_update(bot, update)
    last = (await simulator.look("messages", chat=town.chat))[-1]
    assert (last["text"], last["entities"]) == (
        "Вітаємо, Олена",
        [{"type": "bold", "offset": 9, "length": 5}],
    )


async def test_aiogram_sends_edits_and_deletes(town: Town, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text="Так", callback_data="yes", style="success"),
                InlineKeyboardButton(text="Ні", callback_data="no", style="danger"),
            ],
            [InlineKeyboardButton(text="Сайт", url="https://kram.example")],
        ]
    )
    sent = await bot.send_message(town.user_id, "a", reply_markup=keyboard)
    assert sent.reply_markup is not None
    assert sent.reply_markup.model_dump() == keyboard.model_dump()
    edited = await bot.edit_message_text("b", chat_id=town.user_id, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert (edited.text, edited.reply_markup) == ("b", None)
    marked = await bot.edit_message_reply_markup(
        chat_id=town.user_id, message_id=sent.message_id, reply_markup=keyboard
    )
    assert isinstance(marked, Message)
    assert marked.reply_markup is not None
    assert marked.reply_markup.model_dump() == keyboard.model_dump()
    assert await bot.delete_message(town.user_id, sent.message_id)


async def test_aiogram_sends_photos_by_upload_id_and_address(
    simulator: Simulator, town: Town, bot: Bot
) -> None:
    uploaded = await bot.send_photo(
        town.user_id, BufferedInputFile(picture(), "a.png"), caption="<i>Троянди</i>"
    )
    assert uploaded.photo is not None
    sizes = [(size.width, size.height) for size in uploaded.photo]
    assert sizes == [(90, 68), (320, 240), (640, 480)]
    again = await bot.send_photo(town.user_id, uploaded.photo[-1].file_id)
    assert again.photo == uploaded.photo
    file = await bot.get_file(uploaded.photo[-1].file_id)
    content = await bot.download(file)
    assert content is not None
    assert Image.open(content).size == (640, 480)
    address = f"{simulator.url}/file/bot{town.token}/{file.file_path}"
    assert (await bot.send_photo(town.user_id, address)).photo is not None
    edited = await bot.edit_message_caption(
        chat_id=town.user_id, message_id=uploaded.message_id, caption="Півонії"
    )
    assert isinstance(edited, Message)
    assert edited.caption == "Півонії"


async def test_aiogram_sends_an_album_and_a_document(town: Town, bot: Bot) -> None:
    album = await bot.send_media_group(
        town.user_id,
        [
            InputMediaPhoto(media=BufferedInputFile(picture(), "a.png"), caption="one"),
            InputMediaPhoto(media=BufferedInputFile(picture(), "b.png")),
        ],
    )
    assert len({message.media_group_id for message in album}) == 1
    sent = await bot.send_document(town.user_id, BufferedInputFile(b"a;b", "orders.csv"))
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("orders.csv", "text/csv")


async def test_aiogram_dresses_the_bot(simulator: Simulator, town: Town, bot: Bot) -> None:
    await bot.set_my_name("Квітка")
    await bot.set_my_description("Квіти за годину")
    await bot.set_my_short_description("Квіти")
    await bot.set_my_commands([BotCommand(command="start", description="Почати")])
    await bot.set_my_commands(
        [BotCommand(command="start", description="Start")], language_code="en"
    )
    await bot.set_chat_menu_button(
        menu_button=MenuButtonWebApp(
            text="Магазин", web_app=WebAppInfo(url="http://127.0.0.1:1/m/kvitka")
        )
    )
    await bot.set_my_profile_photo(
        InputProfilePhotoStatic(photo=BufferedInputFile(picture(), "logo.png"))
    )
    assert (await bot.get_my_name()).name == "Квітка"
    assert (await bot.get_my_commands(language_code="en"))[0].description == "Start"
    assert isinstance(await bot.get_chat_menu_button(), MenuButtonWebApp)
    assert (await bot.me()).first_name == "Квітка"
    chat = await simulator.look(f"chats/{town.chat}", user_id=town.user_id)
    assert (chat["title"], chat["commands"][0]["description"]) == ("Квітка", "Почати")
    assert await bot.delete_my_commands(language_code="en")
    assert await bot.get_my_commands(language_code="en") == []


async def test_aiogram_maps_every_refusal(simulator: Simulator, town: Town, bot: Bot) -> None:
    async def fault(**fault: Any) -> None:
        await simulator.control("faults", bot_id=town.bot_id, method="sendMessage", **fault)

    await fault(kind="flood", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as flood:
        await bot.send_message(town.user_id, "a")
    assert flood.value.retry_after == 7
    await fault(kind="forbidden")
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(town.user_id, "a")
    await fault(kind="server_error")
    with pytest.raises(TelegramServerError):
        await bot.send_message(town.user_id, "a")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "a")
    await bot.set_webhook("http://127.0.0.1:1/hook")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates"):
        await bot.get_updates()
    await simulator.control(f"bots/{town.bot_id}/token")
    with pytest.raises(TelegramUnauthorizedError):
        await bot.send_message(town.user_id, "a")


async def test_ptb_gets_the_same_refusals(
    simulator: Simulator, town: Town, ptb: PtbBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(1, "a")
    await simulator.control("faults", kind="flood", retry_after=3)
    with pytest.raises(RetryAfter):
        await ptb.send_message(town.user_id, "a")
    await simulator.control("block", bot=town.bot_id, user_id=town.user_id)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(town.user_id, "a")
    await simulator.control(f"bots/{town.bot_id}/token")
    with pytest.raises(InvalidToken):
        await ptb.send_message(town.user_id, "a")


async def test_ptb_hears_a_tap_and_answers_it(
    simulator: Simulator, town: Town, ptb: PtbBot
) -> None:
    keyboard = PtbMarkup([[PtbButton("Прийняти", callback_data="accept:1")]])
    sent = await ptb.send_message(town.user_id, "Замовлення", reply_markup=keyboard)
    tapped = await simulator.control(
        "tap", chat=town.chat, user_id=town.user_id, message_id=sent.message_id, text="Прийняти"
    )
    (update,) = await ptb.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (
        tapped["query_id"],
        "accept:1",
        town.user_id,
    )
    assert await query.answer("Готово", show_alert=True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer("ще раз")


async def test_ptb_downloads_what_a_person_sent(
    simulator: Simulator, town: Town, ptb: PtbBot
) -> None:
    await simulator.control(
        "messages",
        chat=town.chat,
        user_id=town.user_id,
        document=base64.b64encode(b"sku;price").decode(),
        file_name="goods.csv",
    )
    (update,) = await ptb.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"sku;price"


async def test_a_contact_tells_whose_it_is(simulator: Simulator, town: Town, bot: Bot) -> None:
    await simulator.control("messages", chat=town.chat, user_id=town.user_id, own_contact=True)
    await simulator.control(
        "messages",
        chat=town.chat,
        user_id=town.user_id,
        contact={"phone_number": "+380991112233", "first_name": "Чужий"},
    )
    own, foreign = [update.message for update in await bot.get_updates()]
    assert own is not None
    assert own.contact is not None
    assert own.contact.user_id == own.from_user.id == town.user_id  # type: ignore[union-attr]
    assert foreign is not None
    assert foreign.contact is not None
    assert foreign.contact.user_id is None


async def test_every_update_fits_aiograms_types(simulator: Simulator, town: Town, bot: Bot) -> None:
    raw = await simulator.call(town.token, "getUpdates")
    assert raw["result"] == []
    await simulator.control("block", bot=town.bot_id, user_id=town.user_id)
    await simulator.control("start", bot=town.bot_id, user_id=town.user_id)
    raw = await simulator.call(town.token, "getUpdates")
    kinds = [Update.model_validate(update).event_type for update in raw["result"]]
    assert kinds == ["my_chat_member", "my_chat_member", "message"]
