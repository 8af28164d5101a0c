"""Papers: what they say, in which language, the same bytes for ever, and when they are late."""

import asyncio
import zlib
from datetime import UTC, datetime

import pytest

from kram.billing.invoices import service as invoices
from kram.billing.invoices.content import InvoiceContent, InvoicedLine, InvoicedTax
from kram.billing.payments.queries import payments_of, refunds_of
from kram.integrations.documents import render
from kram.integrations.documents.content import Paper, invoice_paper, packing_slip, receipt
from kram.integrations.documents.errors import PaperLate
from kram.integrations.documents.pdf import pdf_of
from kram.integrations.documents.render import Papers
from kram.kit.db.tx import TenantTx
from kram.shop.orders import service as orders
from kram.shop.orders.queries import order_with_lines
from kram.shop.orders.settings import Choices, Seller, change_settings
from tests.factories.inventory import STAFF
from tests.factories.orders import make_order

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
SELLER = Seller(legal_name="ФОП Квітка <О. П.> & Co", tax_id="1234567890")


def invoice(lines: int = 2, language: str = "uk") -> Paper:
    content = InvoiceContent(
        seller=SELLER,
        shop="Kvitka",
        buyer="Іван Франко",
        buyer_phone="+380441234567",
        buyer_address="Львів",
        order_name="1001",
        currency="UAH",
        language=language,
        lines=tuple(
            InvoicedLine(
                title=f"Чайник {number}",
                sku=f"SKU-{number}",
                quantity=1,
                unit_price_minor=12_500,
                discount_minor=0,
                tax_minor=0,
                to_pay_minor=12_500,
            )
            for number in range(lines)
        ),
        taxes=(InvoicedTax("ПДВ", 77_000, 100),),
        subtotal_minor=12_500 * lines,
        discount_minor=0,
        delivery_minor=0,
        tax_minor=100,
        tax_added_minor=0,
        total_minor=12_500 * lines,
    )
    return Paper(
        "invoice.html", "invoice-INV-000001", language, AT, {"number": "1", "invoice": content}
    )


@pytest.mark.parametrize("language", ["uk", "ru", "en", "xx"])
def test_an_invoice_names_everybody_and_hides_nothing_in_tags(language: str) -> None:
    html = Papers().html(invoice(language=language), "Europe/Kyiv")
    assert "ФОП Квітка &lt;О. П.&gt; &amp; Co" in html
    assert "ПДВ 7.7 %" in html
    assert html.count("Чайник") == 2


async def test_the_same_paper_is_the_same_file(tx: TenantTx) -> None:
    papers = Papers()
    first, second = [await papers.pdf(invoice(), "Europe/Kyiv") for _ in range(2)]
    assert first == second
    assert first.startswith(b"%PDF-")
    other = await papers.pdf(invoice(3), "Europe/Kyiv")
    assert other != first
    assert zlib.crc32(first) != zlib.crc32(other)


async def test_a_hundred_lines_fit(tx: TenantTx) -> None:
    assert len(await Papers().pdf(invoice(100), "Europe/Kyiv")) > 10_000


async def test_a_paper_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> bytes:
        await asyncio.sleep(5)
        return b""

    monkeypatch.setattr(render, "SECONDS", 0.05)
    monkeypatch.setattr(asyncio, "to_thread", never)
    with pytest.raises(PaperLate):
        await Papers().pdf(invoice(), "Europe/Kyiv")


async def test_papers_of_a_real_order(tx: TenantTx) -> None:
    await change_settings(tx, Choices(14, "INV", SELLER))
    order = await make_order(tx)
    line = order.lines[0].id
    await orders.accept(tx, order.id, STAFF)
    parcel = await orders.pack(tx, order.id, {line: 1}, STAFF)
    issued = await invoices.issue(tx, order.id, "Kvitka", STAFF)
    tx.session.expunge_all()
    whole = await order_with_lines(tx, order.id)
    assert whole is not None
    payments, refunds = await payments_of(tx, order.id), await refunds_of(tx, order.id)
    assert receipt(whole, payments, refunds, SELLER, "Kvitka") is None
    papers = Papers()
    for paper in (invoice_paper(issued), packing_slip(whole, parcel, "Kvitka")):
        assert (await papers.pdf(paper, "Europe/Kyiv")).startswith(b"%PDF-")
    slip = papers.html(packing_slip(whole, parcel, "Kvitka"), "Europe/Kyiv")
    assert "Ivan Franko" in slip
    assert "125" not in slip


def test_wicked_words_do_not_break_a_paper() -> None:
    html = "<p>" + "Ж" * 3000 + "</p><p>🙂 \u202e &lt;script&gt;</p>"
    assert pdf_of(html, "x", AT).startswith(b"%PDF-")
