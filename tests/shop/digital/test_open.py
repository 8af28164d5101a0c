"""Reading keys, downloading files, and the links that lead to them."""

import json
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
import structlog

from kram.kit.clock import utc_now
from kram.kit.crypto import KeyRing, generate_key
from kram.kit.db.database import Database
from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.shop.digital.errors import (
    CardPending,
    DownloadRefused,
    FileNotKept,
    FileRefused,
    GrantMissing,
    LinkEnded,
    TooManyFiles,
)
from kram.shop.digital.links import LIFETIME, DownloadLinks
from kram.shop.digital.service import (
    add_file,
    add_keys,
    download,
    given_to,
    open_grant,
    remove_file,
)
from kram.shop.digital.service.files import LARGEST_FILE_BYTES, file_name
from kram.shop.digital.terms import Terms
from kram.shop.orders import service as orders
from kram.shop.orders.service import give as giving
from tests.factories.catalog import make_variant
from tests.factories.digital import grants, make_card, make_digital, make_file, make_pool, soon
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order
from tests.statements import statements

pytestmark = pytest.mark.anyio


async def bought(tx: TenantTx, variant_id: UUID, units: int = 1) -> UUID:
    order = await make_order(tx, lines={variant_id: units}, pay_until=soon())
    await orders.mark_paid(tx, order.id, STAFF)
    await tx.flush()
    return order.id


async def test_a_key_is_read_on_the_page_of_its_order_alone(tx: TenantTx, keys: KeyRing) -> None:
    pool = await make_pool(tx, keys)
    await add_keys(tx, keys, pool, ["ABCD-1234"], STAFF)
    order_id = await bought(tx, pool)
    [given] = await given_to(tx, order_id)
    assert given.seen_at is None
    with pytest.raises(GrantMissing):
        await open_grant(tx, keys, new_id(), given.id)
    assert (await given_to(tx, order_id))[0].seen_at is None
    assert await open_grant(tx, keys, order_id, given.id) == "ABCD-1234"
    tx.session.expire_all()
    assert (await given_to(tx, order_id))[0].seen_at == tx.now


async def test_files_are_no_keys(tx: TenantTx, keys: KeyRing) -> None:
    order_id = await bought(tx, await make_digital(tx))
    [grant] = await grants(tx, order_id)
    with pytest.raises(GrantMissing):
        await open_grant(tx, keys, order_id, grant.id)


async def test_a_card_that_is_not_made_yet_has_no_code(tx: TenantTx, keys: KeyRing) -> None:
    order_id = await bought(tx, await make_card(tx))
    [given] = await given_to(tx, order_id)
    with pytest.raises(CardPending):
        await open_grant(tx, keys, order_id, given.id)


async def test_each_download_is_counted_up_to_the_limit(tx: TenantTx) -> None:
    variant_id = await make_digital(tx, Terms(downloads=2))
    file, other = await make_file(tx, variant_id), await make_file(tx, variant_id, "b.epub")
    order_id = await bought(tx, variant_id)
    [grant] = await grants(tx, order_id)
    for _ in range(2):
        assert (await download(tx, grant.id, file.id, new_id().hex)).name == "book.pdf"
    with pytest.raises(DownloadRefused) as refusal:
        await download(tx, grant.id, file.id, new_id().hex)
    assert refusal.value.extra["reason"] == "limit"
    await download(tx, grant.id, other.id, new_id().hex)
    tx.session.expire_all()
    [given] = await given_to(tx, order_id)
    assert [(each.name, each.downloads, each.left) for each in given.files] == [
        ("book.pdf", 2, 0),
        ("b.epub", 1, 1),
    ]


async def test_one_link_is_one_download_however_often_it_is_used(tx: TenantTx) -> None:
    variant_id = await make_digital(tx, Terms(downloads=1))
    file_id = (await make_file(tx, variant_id)).id
    order_id = await bought(tx, variant_id)
    [grant] = await grants(tx, order_id)
    for _ in range(3):
        await download(tx, grant.id, file_id, "one link")
    with pytest.raises(DownloadRefused):
        await download(tx, grant.id, file_id, "another")
    tx.session.expire_all()
    assert (await given_to(tx, order_id))[0].files[0].downloads == 1


async def test_the_staff_lets_the_downloads_begin_again(tx: TenantTx) -> None:
    variant_id = await make_digital(tx, Terms(downloads=1, days=3))
    file_id = (await make_file(tx, variant_id)).id
    order_id = await bought(tx, variant_id)
    [grant] = await grants(tx, order_id)
    grant_id = grant.id
    await download(tx, grant_id, file_id, new_id().hex)
    await giving.give_again(tx, order_id, grant_id, STAFF)
    tx.session.expire_all()
    await download(tx, grant_id, file_id, new_id().hex)


async def test_after_its_days_nothing_is_downloaded(tx: TenantTx) -> None:
    variant_id = await make_digital(tx, Terms(days=1))
    file = await make_file(tx, variant_id)
    order_id = await bought(tx, variant_id)
    [grant] = await grants(tx, order_id)
    grant.expires_at = tx.now
    await tx.flush()
    with pytest.raises(DownloadRefused) as refusal:
        await download(tx, grant.id, file.id, new_id().hex)
    assert refusal.value.extra["reason"] == "ended"
    assert (await given_to(tx, order_id))[0].files[0].left == 0


async def test_a_grant_opens_the_files_of_its_variant_alone(tx: TenantTx) -> None:
    bought_variant, other = await make_digital(tx), await make_digital(tx)
    foreign = await make_file(tx, other)
    order_id = await bought(tx, bought_variant)
    [grant] = await grants(tx, order_id)
    for file_id in (foreign.id, new_id()):
        with pytest.raises(FileNotKept):
            await download(tx, grant.id, file_id, new_id().hex)
    with pytest.raises(GrantMissing):
        await download(tx, new_id(), foreign.id, new_id().hex)


async def test_what_was_taken_back_is_not_downloaded(tx: TenantTx) -> None:
    variant_id = await make_digital(tx)
    file_id = (await make_file(tx, variant_id)).id
    order_id = await bought(tx, variant_id)
    grant_id = (await grants(tx, order_id))[0].id
    await giving.revoke(tx, order_id, STAFF)
    await tx.flush()
    tx.session.expire_all()
    with pytest.raises(GrantMissing):
        await download(tx, grant_id, file_id, new_id().hex)


async def test_a_removed_file_is_gone_for_buyers_too(tx: TenantTx) -> None:
    variant_id = await make_digital(tx)
    file = await make_file(tx, variant_id)
    order_id = await bought(tx, variant_id)
    [grant] = await grants(tx, order_id)
    with pytest.raises(FileNotKept):
        await remove_file(tx, await make_variant(tx), file.id)
    await remove_file(tx, variant_id, file.id)
    assert [pending.event.name for pending in tx.pending_events][-1] == "digital.file_removed.v1"
    for again in (
        download(tx, grant.id, file.id, new_id().hex),
        remove_file(tx, variant_id, file.id),
    ):
        with pytest.raises(FileNotKept):
            await again
    assert await given_to(tx, order_id) == []


@pytest.mark.parametrize("size", [0, -1, LARGEST_FILE_BYTES + 1])
async def test_files_of_no_or_too_great_size_are_refused(tx: TenantTx, size: int) -> None:
    with pytest.raises(FileRefused):
        await add_file(tx, await make_digital(tx), "a", size, "private/digital/x")


async def test_a_variant_has_at_most_twenty_files(tx: TenantTx) -> None:
    variant_id = await make_digital(tx)
    for _ in range(20):
        await make_file(tx, variant_id)
    with pytest.raises(TooManyFiles):
        await make_file(tx, variant_id)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("book.pdf", "book.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\me\Книга 1.pdf", "Книга 1.pdf"),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
        ("x\0.txt", "x.txt"),
        ("a" * 500 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_names_are_names_and_nothing_else(typed: str, kept: str) -> None:
    assert file_name(typed) == kept


def test_a_link_is_good_for_a_few_minutes(keys: KeyRing) -> None:
    links, now = DownloadLinks(keys), utc_now()
    shop, grant, file = new_id(), new_id(), new_id()
    token = links.token(shop, grant, file, now)
    read = links.read(shop, token, now + LIFETIME - timedelta(seconds=2))
    assert read[:2] == (grant, file)
    other = links.read(shop, links.token(shop, grant, file, now), now)
    assert other.id != read.id
    with pytest.raises(LinkEnded):
        links.read(shop, token, now + LIFETIME + timedelta(seconds=1))


def test_forged_links_open_nothing(keys: KeyRing) -> None:
    links, now = DownloadLinks(keys), utc_now()
    shop = new_id()
    token = links.token(shop, new_id(), new_id(), now)
    head, body, sign = token.split(".")
    stranger = DownloadLinks(KeyRing.parse(f"test:{generate_key()}"))
    forged = [
        f"{head}.{body}.{sign[::-1]}",
        f"{head}.{body}.",
        f"{head}.{body[:-2]}AA.{sign}",
        stranger.token(shop, new_id(), new_id(), now),
        "",
        "../../../etc/passwd",
        "a.b.c",
        token * 50,
    ]
    for each in forged:
        with pytest.raises(LinkEnded):
            links.read(shop, each, now)
    with pytest.raises(LinkEnded):
        links.read(new_id(), token, now)  # of another shop


async def test_no_key_is_logged_or_told(
    tx: TenantTx, keys: KeyRing, capsys: pytest.CaptureFixture[str]
) -> None:
    """The canary flies through everything that touches it."""
    canary, log = "CANARY-7F3A-KEY", StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(log))
    try:
        pool = await make_pool(tx, keys)
        await add_keys(tx, keys, pool, [canary, "OTHER"], STAFF)
        await add_keys(tx, keys, pool, [canary], STAFF)
        order_id = await bought(tx, pool)
        grant = next(each for each in await grants(tx, order_id) if each.key_id)
        assert await open_grant(tx, keys, order_id, grant.id) == canary
        await giving.give_again(tx, order_id, grant.id, STAFF)
        await giving.revoke(tx, order_id, STAFF)
        structlog.get_logger().warning("grant", grant=grant, given=await given_to(tx, order_id))
    finally:
        structlog.reset_defaults()
    told = json.dumps([repr(pending.event) for pending in tx.pending_events])
    printed = capsys.readouterr()
    assert canary not in told + log.getvalue() + printed.out + printed.err


@pytest.mark.parametrize("units", [1, 40])
async def test_the_page_asks_two_things(
    db: Database, tx: TenantTx, keys: KeyRing, units: int
) -> None:
    pool = await make_pool(tx, keys, units)
    await make_file(tx, pool)
    order_id = await bought(tx, pool, units)
    with statements(db) as sent:
        assert len(await given_to(tx, order_id)) == units + 1
    assert len(sent) == 2


@pytest.mark.parametrize("units", [1, 40])
async def test_a_payment_costs_the_same_for_any_number_of_keys(
    db: Database, tx: TenantTx, keys: KeyRing, units: int
) -> None:
    pool = await make_pool(tx, keys, units)
    order = await make_order(tx, lines={pool: units}, pay_until=soon())
    with statements(db) as sent:
        await orders.mark_paid(tx, order.id, STAFF)
        await tx.flush()
    assert len(sent) == 19
