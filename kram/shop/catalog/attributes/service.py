"""Defining attributes, and judging values of them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from kram.kit.db.tx import TenantTx
from kram.kit.errors import FieldError, InvalidInput
from kram.kit.ids import new_id
from kram.kit.messages import gettext_noop
from kram.shop.catalog import queries as catalog_queries
from kram.shop.catalog.attributes import queries, rules
from kram.shop.catalog.attributes.rules import AttributeDraft, Choice
from kram.shop.catalog.changes import mark_changed
from kram.shop.catalog.details import clean_translations, refused_translations
from kram.shop.catalog.errors import AttributeMissing
from kram.shop.catalog.models import Attribute, AttributeKind, AttributeScope
from kram.shop.catalog.naming import conflicts_named

MOST_ATTRIBUTES = 200
TRANSLATED = {"label": rules.LONGEST_LABEL}


async def create_attribute(tx: TenantTx, draft: AttributeDraft) -> Attribute:
    """Raises: InvalidInput, AttributeCodeTaken."""
    values = _values(draft)
    if len(await queries.attributes(tx)) >= MOST_ATTRIBUTES:
        raise InvalidInput(
            errors=[FieldError("/", "too_many", gettext_noop("A shop has at most 200 attributes"))]
        )
    attribute = Attribute(id=new_id(), **values)
    tx.add(attribute)
    async with conflicts_named():
        await tx.flush()
    await mark_changed(tx)
    return attribute


async def change_attribute(tx: TenantTx, attribute_id: UUID, draft: AttributeDraft) -> Attribute:
    """Its code, kind and scope stay. A choice that is taken away stays with goods that have it.

    Raises: AttributeMissing, InvalidInput.
    """
    attribute = await _locked(tx, attribute_id)
    fixed = {"code": attribute.code, "kind": attribute.kind, "scope": attribute.scope}
    draft = msgspec.structs.replace(
        draft,
        code=attribute.code,
        kind=AttributeKind(attribute.kind),
        scope=AttributeScope(attribute.scope),
    )
    for name, value in (_values(draft) | fixed).items():
        setattr(attribute, name, value)
    await tx.flush()
    await mark_changed(tx)
    return attribute


async def remove_attribute(tx: TenantTx, attribute_id: UUID) -> None:
    """With its values. Raises: AttributeMissing."""
    attribute = await _locked(tx, attribute_id)
    await queries.remove(tx, attribute.id, attribute.code, AttributeScope(attribute.scope))
    await mark_changed(tx)


async def checked_values(
    tx: TenantTx, scope: AttributeScope, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Values as they are kept; a null or empty one is left out. Raises: InvalidInput."""
    [values] = await checked_many(tx, scope, {"": given}, "")
    return values


async def checked_many(
    tx: TenantTx, scope: AttributeScope, given: Mapping[str, Mapping[str, Any]], at: str
) -> list[dict[str, Any]]:
    """The same for many, named by their places below `at`; two statements for any number."""
    wanted = {
        place: {code: value for code, value in values.items() if value not in (None, "", [])}
        for place, values in given.items()
    }
    known = await queries.attributes_by_code(
        tx, {code for each in wanted.values() for code in each}
    )
    references = _references(known, wanted.values())
    there = await catalog_queries.known_products(tx, references) if references else set()
    made: list[dict[str, Any]] = []
    refused: list[FieldError] = []
    for place, values in wanted.items():
        kept: dict[str, Any] = {}
        for code, value in values.items():
            pointer = f"{at}{place}/attributes/{code}"
            attribute = known.get(code)
            if attribute is None or attribute.scope != scope:
                refused.append(_unknown(pointer))
                continue
            kept[code] = _kept(attribute, value, there)
            if kept[code] is None:
                refused.append(_unfit(pointer))
        made.append(kept)
    if refused:
        raise InvalidInput(errors=refused)
    return made


def _references(known: Mapping[str, Attribute], given: Iterable[Mapping[str, Any]]) -> set[UUID]:
    found = set()
    for values in given:
        for code, value in values.items():
            if code in known and known[code].kind == AttributeKind.REFERENCE:
                kept = rules.value_of(AttributeKind.REFERENCE, (), value)
                if kept is not None:
                    found.add(UUID(kept))
    return found


def _kept(attribute: Attribute, value: Any, there: set[UUID]) -> Any:
    kept = rules.value_of(AttributeKind(attribute.kind), choices_of(attribute), value)
    if kept is not None and attribute.kind == AttributeKind.REFERENCE and UUID(kept) not in there:
        return None
    return kept


def choices_of(attribute: Attribute) -> tuple[Choice, ...]:
    return msgspec.convert(attribute.choices, tuple[Choice, ...])


def _unknown(pointer: str) -> FieldError:
    return FieldError(
        pointer, "attribute_unknown", gettext_noop("There is no such attribute in this shop")
    )


def _unfit(pointer: str) -> FieldError:
    return FieldError(pointer, "value_invalid", gettext_noop("This value does not fit"))


async def _locked(tx: TenantTx, attribute_id: UUID) -> Attribute:
    attribute = await tx.get(Attribute, attribute_id, lock=True)
    if attribute is None:
        raise AttributeMissing
    return attribute


def _values(draft: AttributeDraft) -> dict[str, Any]:
    """Raises: InvalidInput."""
    draft = rules.clean(draft)
    translations = clean_translations(draft.translations, TRANSLATED)
    refused = [
        *rules.refused_fields(draft),
        *refused_translations(translations, TRANSLATED),
    ]
    if refused:
        raise InvalidInput(errors=refused)
    values: dict[str, Any] = msgspec.structs.asdict(draft)
    return {
        **values,
        "translations": translations,
        "choices": msgspec.to_builtins(draft.choices),
    }
