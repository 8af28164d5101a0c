"""A simulator that is stopped, or killed, comes back as it was."""

import stat
from pathlib import Path

import pytest

from kram.app.devstack.telegram.init_data import public_key_hex
from kram.app.devstack.telegram.people.chatting import send_text, start
from kram.app.devstack.telegram.people.making_bots import make_bot
from kram.app.devstack.telegram.state.records import ChatRecord, Person
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import pending

pytestmark = pytest.mark.anyio


def peopled(folder: Path) -> tuple[Telegram, ChatRecord]:
    telegram = Telegram(folder)
    bot = make_bot(telegram, "Kvitka", "kvitka_bot")
    person = telegram.world.people.put(Person(id=5, first_name="Олена"))
    start(telegram, bot, person)
    chat = telegram.world.chats[f"{bot.id}:5"]
    send_text(telegram, chat, person, "Є троянди?")
    return telegram, chat


def test_bots_chats_messages_and_updates_come_back(tmp_path: Path) -> None:
    before, chat = peopled(tmp_path)
    key = public_key_hex(before.world.signing_key)
    after = Telegram(tmp_path)
    (bot,) = after.world.bots
    assert bot == next(iter(before.world.bots))
    assert [row.message.text for row in after.world.messages.of(chat.key)] == [
        "/start",
        "Є троянди?",
    ]
    assert [row.update_id for row in pending(after, bot.id)] == [
        row.update_id for row in pending(before, bot.id)
    ]
    assert public_key_hex(after.world.signing_key) == key
    assert after.world.chats[chat.key].next_message_id == 3


def test_a_half_written_line_is_thrown_away(tmp_path: Path) -> None:
    _, chat = peopled(tmp_path)
    with (tmp_path / "telegram.jsonl").open("ab") as file:
        file.write(b'{"table":"person","record":{"id":6,"fir')
    after = Telegram(tmp_path)
    assert [person.id for person in after.world.people] == [5]
    assert len(after.world.messages.of(chat.key)) == 2


def test_deleted_things_stay_deleted(tmp_path: Path) -> None:
    before, chat = peopled(tmp_path)
    before.world.messages.drop(f"{chat.key}/1")
    after = Telegram(tmp_path)
    assert [row.id for row in after.world.messages.of(chat.key)] == [2]


def test_the_journal_is_for_its_owner_only_and_does_not_grow_by_restarts(tmp_path: Path) -> None:
    peopled(tmp_path)
    journal = tmp_path / "telegram.jsonl"
    Telegram(tmp_path)
    size = journal.stat().st_size
    Telegram(tmp_path)
    assert journal.stat().st_size == size
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_photos_come_back(tmp_path: Path) -> None:
    before, _ = peopled(tmp_path)
    document = before.files.add_document(b"sku;price", "goods.csv")
    after = Telegram(tmp_path)
    stored = after.world.files[document.file_id]
    found = after.files.read(stored.path)
    assert found is not None
    assert found[1] == b"sku;price"
