"""Lines of a cart or an order as offers: what was chosen is inside their price and their parts."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantRead
from kram.kit.ids import CODE_ALPHABET, read_code
from kram.kit.money import Money
from kram.shop.catalog import bundles
from kram.shop.catalog.queries import Offer, offers
from kram.shop.configurator import queries
from kram.shop.configurator.definition import Definition
from kram.shop.configurator.problems import Trouble, Why
from kram.shop.configurator.rules import priced, troubles
from kram.shop.configurator.selection import Outcome, Selection


def design_code(typed: str) -> str:
    """As a person typed or a link carried it. Raises: ValueError, for what no code looks like."""
    code = read_code(typed)
    if not set(code) <= set(CODE_ALPHABET):
        raise ValueError(typed)
    return code


class LineKey(NamedTuple):
    """What a line is of. `design` is the code of a saved one; empty: as it comes."""

    variant_id: UUID
    design: str = ""

    @classmethod
    def read(cls, written: str) -> "LineKey":
        """Raises: ValueError."""
        variant, _, design = written.partition(".")
        return cls(UUID(variant), design_code(design))

    @property
    def written(self) -> str:
        """As clients name the line: the variant's id, and the design's code if it has one."""
        return ".".join(filter(None, (str(self.variant_id), self.design)))


class Impossible(msgspec.Struct, frozen=True):
    """`offer` is how the goods come without what was chosen."""

    offer: Offer
    troubles: tuple[Trouble, ...]


class Sold(msgspec.Struct, frozen=True):
    """`offers` that can be bought, `impossible` ones and why; what is in neither is not sold."""

    offers: Mapping[LineKey, Offer]
    impossible: Mapping[LineKey, Impossible] = {}


class _Asked(msgspec.Struct, frozen=True):
    definition: Definition
    selection: Selection

    @property
    def outcome(self) -> Outcome:
        return priced(self.definition, self.selection)


async def sold(
    tx: TenantRead,
    wanted: Mapping[LineKey, int],
    *,
    customer_id: UUID | None = None,
    language: str | None = None,
) -> Sold:
    """One statement, as `catalog.queries.offers`, where nothing can be chosen; else one or two
    more, for any number of lines. Tiers of a price count all designs of a variant together."""
    units = bundles.summed((key.variant_id, quantity) for key, quantity in wanted.items())
    found = await offers(tx, units, customer_id=customer_id, language=language)
    plain = {key: found[key.variant_id] for key in wanted if key.variant_id in found}
    if not any(key.design or offer.is_configurable for key, offer in plain.items()):
        return Sold(plain)
    asked = await _asked(tx, plain)
    parts = {part for each in asked.values() for part in each.outcome.parts}
    short = parts - await queries.on_sale(tx, parts) if parts else set()
    impossible = {
        key: Impossible(offer, wrong)
        for key, offer in plain.items()
        if (wrong := _wrong(key, offer, asked.get(key), short))
    }
    return Sold(
        {
            key: with_choices(offer, key.design, asked[key].outcome) if key in asked else offer
            for key, offer in plain.items()
            if key not in impossible
        },
        impossible,
    )


def seal_of(offer: Offer) -> str:
    """What of it was chosen, to be compared later; empty where nothing was."""
    return offer.chosen.seal if offer.chosen else ""


def with_choices(offer: Offer, design: str, outcome: Outcome) -> Offer:
    """Never below nothing: a choice may be cheaper, but nobody is paid for it."""
    if not design and not outcome.words:
        return offer
    chosen = outcome.of_design(design)
    return msgspec.structs.replace(
        offer,
        price=_dearer(offer.price, outcome.price_minor),
        regular=offer.regular and _dearer(offer.regular, outcome.price_minor),
        variant_title=" · ".join(filter(None, (offer.variant_title, chosen.text))),
        local_variant_title=" · ".join(filter(None, (offer.shown_variant_title, chosen.text))),
        chosen=chosen,
    )


async def _asked(tx: TenantRead, plain: Mapping[LineKey, Offer]) -> dict[LineKey, _Asked]:
    """The lines whose product has a definition and whose design, if they have one, is of it."""
    products = {offer.product_id for offer in plain.values()}
    rows = await queries.sought(tx, products, {key.design for key in plain if key.design})
    definitions: dict[UUID, Definition] = {}
    selections: dict[tuple[UUID, str], Selection] = {}
    for row in rows:
        if row.product_id not in definitions:
            definitions[row.product_id] = msgspec.convert(row.definition, Definition)
            selections[row.product_id, ""] = Selection()
        if row.code is not None:
            selections[row.product_id, row.code] = msgspec.convert(row.selection, Selection)
    return {
        key: _Asked(definitions[offer.product_id], selections[offer.product_id, key.design])
        for key, offer in plain.items()
        if (offer.product_id, key.design) in selections
    }


def _wrong(
    key: LineKey, offer: Offer, asked: _Asked | None, short: set[UUID]
) -> tuple[Trouble, ...]:
    if asked is None:
        lost = key.design or offer.is_configurable
        return (Trouble("/chosen", Why.UNKNOWN),) if lost else ()
    found = troubles(asked.definition, asked.selection, short)
    if found or offer.price.minor + asked.outcome.price_minor >= 0:
        return found
    return (Trouble("", Why.TOO_CHEAP),)


def _dearer(price: Money, minor: int) -> Money:
    return Money(max(price.minor + minor, 0), price.currency)
