"""What a batch changed, packed small: kept for a week, and mostly never looked at."""

import zlib
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from kram.integrations.imports.rows import GoodRow
from kram.shop.catalog.bulk import Difference, UpsertReport


class Moved(msgspec.Struct, frozen=True, array_like=True):
    """`delta` units more of the variant, by this import."""

    id: UUID
    sku: str
    delta: int


class Image(msgspec.Struct, frozen=True, array_like=True):
    """`added` are variants that joined products which existed; `moves` are of the warehouse
    `place`; `rows` says where in the file a SKU stood."""

    added: list[UUID]
    changes: list[Difference]
    moves: list[Moved]
    place: UUID
    rows: dict[str, int]

    @property
    def says_nothing(self) -> bool:
        return not (self.added or self.changes or self.moves)


def image_of(
    report: UpsertReport, deltas: Mapping[UUID, int], place: UUID, rows: Iterable[GoodRow]
) -> Image:
    """Of what was written just now."""
    skus = {key: sku for sku, key in report.variants.items() if key in deltas}
    moves = [Moved(key, skus[key], delta) for key, delta in deltas.items()]
    named = {*skus.values(), *(change.sku for change in report.differences)}
    return Image(
        added=list(report.added),
        # Values become plain, as they are compared and written when they go back.
        changes=msgspec.convert(msgspec.to_builtins(report.differences), list[Difference]),
        moves=moves,
        place=place,
        rows={row.sku: row.number for row in rows if row.sku in named},
    )


def packed(image: Image) -> bytes:
    return zlib.compress(_ENCODER.encode(image), 1)


def unpacked(content: bytes) -> Image:
    return msgspec.msgpack.decode(zlib.decompress(content), type=Image)


_ENCODER = msgspec.msgpack.Encoder(uuid_format="bytes")
