"""Everything that is remembered, in tables."""

import secrets
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from kram.app.devstack.telegram.state import records
from kram.app.devstack.telegram.state.journal import Journal
from kram.app.devstack.telegram.state.tables import GroupedTable, Table

FIRST_PERSON_ID = 5_000_000_001
FIRST_BOT_ID = 7_000_000_001
FIRST_GROUP_ID = -1_002_000_000_001


class World:
    """The tables, brought back from the journal at start."""

    def __init__(self, journal_path: Path | None = None) -> None:
        journal = self._journal = Journal(journal_path)
        self.bots = Table("bot", records.Bot, lambda bot: bot.id, journal)
        self.people = Table("person", records.Person, lambda person: person.id, journal)
        self.chats = Table("chat", records.ChatRecord, lambda chat: chat.key, journal)
        self.messages = GroupedTable(
            "message", records.StoredMessage, lambda row: row.key, lambda row: row.chat_key, journal
        )
        self.updates = GroupedTable(
            "update",
            records.PendingUpdate,
            lambda row: row.key,
            lambda row: str(row.bot_id),
            journal,
        )
        self.invoices = Table("invoice", records.InvoiceRecord, lambda row: row.slug, journal)
        self.payments = Table("payment", records.Payment, lambda row: row.charge_id, journal)
        self.files = Table("file", records.StoredFile, lambda file: file.file_id, journal)
        self.prepared = Table("prepared", records.PreparedMessage, lambda row: row.id, journal)
        self.storage = Table("storage", records.AppStorage, lambda row: row.key, journal)
        self._keys = Table("key", records.SigningKey, lambda row: row.salt, journal)
        self._restore()

    def message(self, chat_key: str, message_id: int) -> records.StoredMessage | None:
        return self.messages.get(records.message_key(chat_key, message_id))

    @property
    def signing_key(self) -> records.SigningKey:
        """The key of this simulator; made at first use and kept."""
        for key in self._keys:
            return key
        fresh = records.SigningKey(seed_hex=secrets.token_hex(32), salt=secrets.token_hex(8))
        return self._keys.put(fresh)

    def next_person_id(self) -> int:
        return max((person.id + 1 for person in self.people), default=FIRST_PERSON_ID)

    def next_bot_id(self) -> int:
        return max([FIRST_BOT_ID, *(bot.id + 1 for bot in self.bots)])

    def next_group_id(self) -> int:
        groups = (chat.id - 1 for chat in self.chats if chat.type != "private")
        return min(groups, default=FIRST_GROUP_ID)

    def reset(self) -> None:
        """Forgets everybody and everything but the signing key."""
        for table in self._tables():
            if table is not self._keys:
                table.clear()
        self._compact()

    def close(self) -> None:
        self._journal.close()

    def _restore(self) -> None:
        tables = {table.name: table for table in self._tables()}
        for line in self._journal.lines():
            tables[line.table].restore(line)
        self._compact()

    def _compact(self) -> None:
        self._journal.rewrite(chain.from_iterable(table.lines() for table in self._tables()))

    def _tables(self) -> Iterator[Table[Any, Any]]:
        return (value for value in vars(self).values() if isinstance(value, Table))
