"""Any rule compiles, runs, and means what it says."""

from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects.postgresql.base import PGDialect

from kram.app import models
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.ids import new_id
from kram.shop.customers.models import Channel, Customer, Purpose
from kram.shop.segments import queries
from kram.shop.segments.compile_queries import narrowed
from kram.shop.segments.facts_queries import LINES, ORDERS, PAYMENTS
from kram.shop.segments.rules import (
    AllOf,
    AnyOf,
    Bought,
    Consents,
    InGroup,
    Joined,
    LastOrder,
    LastSeen,
    LivesIn,
    Not,
    Orders,
    Reachable,
    Rfm,
    Rule,
    Speaks,
    Spent,
    Tagged,
    checked,
    plain,
    read_rule,
)
from tests.shop.segments.conftest import CITIES, TAGS
from tests.shop.segments.judge import World
from tests.statements import statements

pytestmark = pytest.mark.anyio

_DAYS = st.sampled_from((1, 7, 30, 90, 180, 3650))
_MAYBE_DAYS = st.none() | _DAYS
_SCORES = st.tuples(st.integers(1, 5), st.integers(1, 5))
_MONEY = st.sampled_from((0, 1, 999, 1_000, 12_500, 50_000, 126_000, 10**15))
_NASTY = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=120
)
T = TypeVar("T")


def questions(world: World) -> st.SearchStrategy[Rule]:
    """One part, about what there is in the town and what there is not."""
    products = st.sampled_from([*world.category_of, new_id()])
    categories = st.sampled_from([*world.above, new_id()])
    groups = st.sampled_from([*{g for p in world.people for g in p.groups}, new_id()])
    return st.one_of(
        st.builds(
            Orders,
            at_least=st.integers(0, 4),
            at_most=st.none() | st.integers(0, 5),
            days=_MAYBE_DAYS,
        ),
        st.builds(Spent, at_least=_MONEY, at_most=st.none() | _MONEY, days=_MAYBE_DAYS),
        st.builds(LastOrder, days=_DAYS),
        st.builds(LastSeen, days=_DAYS),
        st.builds(Joined, days=_DAYS),
        st.builds(
            Rfm,
            recency=_SCORES,
            frequency=_SCORES,
            money=_SCORES,
            money_steps=st.none() | st.tuples(_MONEY, _MONEY, _MONEY, _MONEY),
        ),
        st.builds(Tagged, tag=st.sampled_from(TAGS)),
        st.builds(InGroup, group_id=groups),
        st.builds(Bought, product_id=products, days=_MAYBE_DAYS),
        st.builds(Bought, category_id=categories, days=_MAYBE_DAYS),
        st.builds(Speaks, language=st.sampled_from(("uk", "ru", "en", "de"))),
        st.builds(LivesIn, city=st.sampled_from([*CITIES, "львів", "Nowhere"])),
        st.builds(Consents, channel=st.sampled_from(Channel), purpose=st.sampled_from(Purpose)),
        st.just(Reachable()),
    )


def rules(world: World) -> st.SearchStrategy[Rule]:
    return st.recursive(
        questions(world),
        lambda inner: st.one_of(
            st.builds(AllOf, rules=st.lists(inner, max_size=3).map(tuple)),
            st.builds(AnyOf, rules=st.lists(inner, max_size=3).map(tuple)),
            st.builds(Not, rule=inner),
        ),
        max_leaves=8,
    )


def drawn(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """Hypothesis cannot run inside the loop that the database lives in: it draws beforehand."""
    found: list[T] = []

    @settings(max_examples=count, database=None, deadline=None)
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found


async def test_every_rule_means_what_the_slow_judge_says(
    db: Database, tenant: Tenant, world: World
) -> None:
    people = st.sampled_from(world.people)
    async with db.tenant_read(tenant) as tx:
        tx.now = world.now
        for rule, person in drawn(st.tuples(rules(world), people), 300):
            meant = world.meant(rule)
            found = await tx.scalars(narrowed(select(Customer.id), rule, world.now))
            assert set(found) == meant, rule
            assert await queries.count(tx, rule) == len(meant), rule
            yes, no = new_id(), new_id()
            holds = await queries.which_hold(tx, person.id, {yes: rule, no: Not(rule=rule)})
            assert holds == {yes if person.id in meant else no}, rule
            assert read_rule(plain(rule)) == rule


async def test_no_word_becomes_a_statement(db: Database, tenant: Tenant, world: World) -> None:
    async with db.tenant_read(tenant) as tx:
        for word in [*drawn(_NASTY, 60), "'); DROP TABLE customer; --", "%(who)s :name $1"]:
            rule = checked(
                AnyOf(rules=(Tagged(tag=word), LivesIn(city=word), Speaks(language=word)))
            )
            with statements(db) as sent:
                assert await queries.count(tx, rule) == len(world.meant(rule))
            assert len(word) < 6 or not any(word in text for text in sent)


async def test_asking_about_one_reads_nobody_else(
    db: Database, tenant: Tenant, world: World
) -> None:
    """Every table of facts is narrowed to the customer inside, not after it was aggregated."""
    everything = AllOf(
        rules=(
            Orders(days=30),
            Spent(),
            LastOrder(days=9),
            Bought(product_id=new_id()),
            LivesIn(city="x"),
        )
    )
    query = narrowed(select(Customer.id), everything, world.now, only=world.people[0].id)
    text = str(query.compile(dialect=PGDialect()))
    assert text.count("orders.customer_id = ") == 4
    assert "customer_address.customer_id = " in text


def test_the_named_columns_are_those_of_the_tables_above() -> None:
    for ours, theirs in (
        (ORDERS, models.Order),
        (LINES, models.OrderLine),
        (PAYMENTS, models.Payment),
    ):
        known: Any = theirs.__table__
        assert ours.name == known.name
        assert {column.name for column in ours.c} <= {column.name for column in known.c}
