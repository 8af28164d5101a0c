"""Kept segments: named, previewed, asked about."""

import pytest

from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.db.tx import TenantTx
from kram.kit.errors import InvalidInput
from kram.kit.ids import new_id
from kram.shop.segments import queries, service
from kram.shop.segments.errors import (
    RuleRefused,
    RuleTooLarge,
    SegmentMissing,
    SegmentNameTaken,
    TooManySegments,
)
from tests.factories.people import make_person
from tests.statements import statements

pytestmark = pytest.mark.anyio

VIP = {"is": "tag", "tag": "vip"}


async def test_a_segment_is_live(tx: TenantTx) -> None:
    person = await make_person(tx)
    kept = await service.save_segment(tx, " Best  ones ", VIP)
    assert (kept.name, kept.rule) == ("Best ones", VIP)
    assert not await service.in_segment(tx, person.id, kept.id)
    person.tags = ["vip"]
    await tx.flush()
    assert await service.in_segment(tx, person.id, kept.id)
    assert await service.segments_of(tx, person.id) == {kept.id}
    assert await service.segments_of(tx, person.id, [new_id()]) == set()
    assert await service.segments_of(tx, new_id()) == set()
    assert not await service.in_segment(tx, person.id, new_id())
    await service.remove_segment(tx, kept.id)
    await tx.flush()
    assert await service.segments_of(tx, person.id) == set()


async def test_asking_costs_two_statements_for_one_and_for_many(db: Database, tx: TenantTx) -> None:
    person = await make_person(tx)
    for number in range(30):
        await service.save_segment(tx, f"S{number}", {"is": "orders", "at_least": number})
    kept = await queries.segments(tx)
    for among in (None, [kept[0].id]):
        with statements(db) as sent:
            await service.segments_of(tx, person.id, among)
        assert len(sent) == 2


async def test_a_preview_counts_and_names_a_few(
    db: Database, tx: TenantTx, other_tenant: Tenant
) -> None:
    for number in range(7):
        await make_person(tx, name=f"P{number}", tags=["vip"])
    await make_person(tx)
    with statements(db) as sent:
        found = await service.preview(tx, VIP)
    assert (found.count, len(found.names)) == (7, 5)
    assert len(sent) == 2
    async with db.tenant_read(other_tenant) as theirs:
        assert (await service.preview(theirs, VIP)).count == 0


async def test_a_changed_segment_keeps_its_id(tx: TenantTx) -> None:
    kept = await service.save_segment(tx, "One", VIP)
    other = await service.save_segment(tx, "Two", VIP)
    changed = await service.save_segment(tx, "Three", {"is": "not", "rule": VIP}, kept.id)
    assert (changed.id, changed.name) == (kept.id, "Three")
    with pytest.raises(SegmentNameTaken):
        await service.save_segment(tx, "Two", VIP)
    with pytest.raises(SegmentNameTaken):
        await service.save_segment(tx, "Two", VIP, kept.id)
    with pytest.raises(SegmentMissing):
        await service.save_segment(tx, "Four", VIP, new_id())
    with pytest.raises(SegmentMissing):
        await service.remove_segment(tx, new_id())
    assert other.name == "Two"


async def test_scores_of_money_are_frozen_when_the_rule_is_saved(tx: TenantTx) -> None:
    for spent in (100, 200, 300, 400, 500):
        await make_person(tx, spent_minor=spent, orders_count=1)
    rule = {"is": "rfm", "money": [5, 5]}
    kept = await service.save_segment(tx, "Best", rule)
    assert kept.rule["money_steps"] == [100, 200, 300, 400]
    await make_person(tx, spent_minor=10**9, orders_count=1)
    assert (await service.segment(tx, kept.id)).rule["money_steps"] == [100, 200, 300, 400]


def nested(depth: int) -> dict[str, object]:
    return {"is": "not", "rule": nested(depth - 1)} if depth else VIP


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (None, RuleRefused),
        ("vip", RuleRefused),
        ({}, RuleRefused),
        ({"is": "unknown"}, RuleRefused),
        ({"is": "tag"}, RuleRefused),
        ({"is": "tag", "tag": ""}, RuleRefused),
        ({"is": "tag", "tag": "a\0b"}, RuleRefused),
        ({"is": "tag", "tag": "x", "more": 1}, RuleRefused),
        ({"is": "orders", "at_least": -1}, RuleRefused),
        ({"is": "orders", "at_least": 10**20}, RuleRefused),
        ({"is": "last_order", "days": 0}, RuleRefused),
        ({"is": "bought"}, RuleRefused),
        ({"is": "rfm", "money": [0, 6]}, RuleRefused),
        (nested(6), RuleTooLarge),
        (nested(500), RuleRefused),
        ({"is": "or", "rules": [VIP] * 30}, RuleTooLarge),
    ],
)
async def test_what_is_no_rule_is_refused(
    tx: TenantTx, rule: object, refusal: type[Exception]
) -> None:
    with pytest.raises(RuleRefused) as refused:
        await service.save_segment(tx, "Bad", rule)
    assert type(refused.value) in {refusal, RuleTooLarge}
    assert await queries.segments(tx) == []


async def test_names_and_numbers_of_segments_have_limits(
    tx: TenantTx, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("", " ", "x" * 81):
        with pytest.raises(InvalidInput):
            await service.save_segment(tx, name, VIP)
    monkeypatch.setattr(service, "MOST_SEGMENTS", 1)
    await service.save_segment(tx, "One", VIP)
    with pytest.raises(TooManySegments):
        await service.save_segment(tx, "Two", VIP)
