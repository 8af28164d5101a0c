"""A table: a dictionary of records that tells the journal about every change."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import msgspec

from kram.app.devstack.telegram.state.journal import Journal, Line
from kram.app.devstack.telegram.state.records import Record

R = TypeVar("R", bound=Record)
K = TypeVar("K", str, int)


class Table(Generic[K, R]):
    """Records of one kind by their key."""

    def __init__(
        self, name: str, record_type: type[R], key: Callable[[R], K], journal: Journal
    ) -> None:
        self.name = name
        self._type = record_type
        self._key: Callable[[R], K] = key
        self._journal = journal
        self._records: dict[K, R] = {}

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._records.values()))

    def __getitem__(self, key: K) -> R:
        return self._records[key]

    def __contains__(self, key: K) -> bool:
        return key in self._records

    def get(self, key: K) -> R | None:
        return self._records.get(key)

    def put(self, record: R) -> R:
        """Adds a record or writes its change down."""
        self._remember(record)
        self._journal.append(self._line(record))
        return record

    def drop(self, key: K) -> None:
        """Forgets a record; nothing happens when there is none."""
        if key in self._records:
            self._forget(key)
            self._journal.append(Line(table=self.name, dropped=key))

    def restore(self, line: Line) -> None:
        """Takes back what an earlier run wrote."""
        if line.dropped is None:
            self._remember(msgspec.json.decode(line.record, type=self._type))
            return
        for key in [key for key in self._records if key == line.dropped]:
            self._forget(key)

    def lines(self) -> Iterator[Line]:
        return (self._line(record) for record in self._records.values())

    def clear(self) -> None:
        """Forgets everything without a word to the journal: the caller rewrites it."""
        for key in list(self._records):
            self._forget(key)

    def _remember(self, record: R) -> None:
        self._records[self._key(record)] = record

    def _forget(self, key: K) -> None:
        del self._records[key]

    def _line(self, record: R) -> Line:
        return Line(table=self.name, record=msgspec.Raw(msgspec.json.encode(record)))


class GroupedTable(Table[str, R]):
    """A table that also finds the records of one group, in the order they came."""

    def __init__(
        self,
        name: str,
        record_type: type[R],
        key: Callable[[R], str],
        group: Callable[[R], str],
        journal: Journal,
    ) -> None:
        super().__init__(name, record_type, key, journal)
        self._group = group
        self._groups: dict[str, dict[str, R]] = {}

    def of(self, group: str) -> list[R]:
        return list(self._groups.get(group, {}).values())

    def _remember(self, record: R) -> None:
        super()._remember(record)
        self._groups.setdefault(self._group(record), {})[self._key(record)] = record

    def _forget(self, key: str) -> None:
        self._groups[self._group(self._records[key])].pop(key)
        super()._forget(key)
