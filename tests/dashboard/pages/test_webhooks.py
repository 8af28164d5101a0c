import re
from uuid import UUID

import pytest

from kram.integrations.crm import queries
from kram.integrations.crm.models import WebhookDelivery, WebhookEndpoint
from kram.integrations.crm.service import MOST_ENDPOINTS, add_endpoint, secret_context
from kram.kit.crypto import KeyRing
from kram.kit.db.database import Database
from kram.kit.db.scope import Tenant
from kram.kit.http import UrlPolicy
from kram.kit.ids import new_id
from tests.factories.dashboard import Browser, shown

pytestmark = pytest.mark.anyio

URL = "https://books.example.com/hooks"


async def endpoints(db: Database, tenant: Tenant) -> list[WebhookEndpoint]:
    async with db.tenant_read(tenant) as tx:
        return await queries.endpoints(tx)


@pytest.fixture
async def endpoint(db: Database, tenant: Tenant, keys: KeyRing) -> WebhookEndpoint:
    async with db.tenant(tenant) as tx:
        return (await add_endpoint(tx, keys, UrlPolicy(), URL)).endpoint


async def deliver(db: Database, tenant: Tenant, endpoint_id: UUID) -> UUID:
    delivery = WebhookDelivery(
        id=new_id(), endpoint_id=endpoint_id, event_id=new_id(), event_name="order.paid.v1",
        body='{"type":"order.paid.v1"}', state="failed", attempts=3,
    )  # fmt: skip
    async with db.tenant(tenant) as tx:
        tx.add(delivery)
    return delivery.id


async def test_the_secret_of_a_new_address_is_shown_once(
    browser: Browser, db: Database, tenant: Tenant, keys: KeyRing, path: str
) -> None:
    answer = await browser.send(f"{path}/webhooks", {"url": f" {URL} "})
    secret = re.search(r'id="secret">(whsec_[^<]+)<', answer.text)
    assert secret is not None
    [endpoint] = await endpoints(db, tenant)
    assert endpoint.url == URL
    stored = keys.open(endpoint.secret_sealed, context=secret_context(endpoint.id))
    assert stored.decode() == secret[1]
    at = f"{path}/webhooks/{endpoint.id}"
    assert answer.headers["hx-push-url"] == at
    assert "whsec_" not in (await browser.get(at)).text


@pytest.mark.parametrize("url", ["", "crm", "ftp://crm.example.com", "javascript:alert(1)"])
async def test_an_address_that_cannot_be_called_is_refused_and_stays_typed(
    browser: Browser, db: Database, tenant: Tenant, path: str, url: str
) -> None:
    answer = await browser.send(f"{path}/webhooks", {"url": url})
    assert answer.status_code == 422
    assert f'value="{url}"' in answer.text
    assert await endpoints(db, tenant) == []


async def test_one_address_too_many_is_refused_with_what_to_do(
    browser: Browser, db: Database, tenant: Tenant, keys: KeyRing, path: str
) -> None:
    async with db.tenant(tenant) as tx:
        for _ in range(MOST_ENDPOINTS):
            await add_endpoint(tx, keys, UrlPolicy(), URL)
    answer = await browser.send(f"{path}/webhooks", {"url": URL})
    assert answer.status_code == 409
    assert "A shop has at most 20 webhooks: remove one of them first" in shown(answer)
    assert f'value="{URL}"' in answer.text
    assert len(await endpoints(db, tenant)) == MOST_ENDPOINTS


async def test_a_rotated_secret_is_shown_once(
    browser: Browser, endpoint: WebhookEndpoint, path: str
) -> None:
    at = f"{path}/webhooks/{endpoint.id}"
    answer = await browser.send(f"{at}/rotate")
    assert "whsec_" in answer.text
    assert "whsec_" not in (await browser.get(at)).text


async def test_sending_is_stopped_and_started(
    browser: Browser, db: Database, tenant: Tenant, endpoint: WebhookEndpoint, path: str
) -> None:
    at = f"{path}/webhooks/{endpoint.id}"
    assert "Stopped" in shown(await browser.send_on(f"{at}/switch", {"enabled": "no"}))
    assert [one.is_enabled for one in await endpoints(db, tenant)] == [False]
    await browser.send_on(f"{at}/switch", {"enabled": "yes"})
    assert [one.is_enabled for one in await endpoints(db, tenant)] == [True]


async def test_an_address_is_removed(
    browser: Browser, db: Database, tenant: Tenant, endpoint: WebhookEndpoint, path: str
) -> None:
    page = await browser.send_on(f"{path}/webhooks/{endpoint.id}/remove")
    assert "No webhooks yet" in shown(page)
    assert await endpoints(db, tenant) == []


async def test_the_log_shows_deliveries_and_sends_one_again(
    browser: Browser, db: Database, tenant: Tenant, endpoint: WebhookEndpoint, path: str
) -> None:
    delivery_id = await deliver(db, tenant, endpoint.id)
    at = f"{path}/webhooks/{endpoint.id}"
    assert "order.paid.v1 Failed 3" in shown(await browser.get(at))
    page = await browser.send_on(f"{at}/deliveries/{delivery_id}/replay")
    assert "It is being sent once more" in shown(page)
    assert "On its way" in shown(page)


async def test_another_shops_webhooks_do_not_exist_here(
    browser: Browser, db: Database, other_tenant: Tenant, keys: KeyRing, path: str
) -> None:
    async with db.tenant(other_tenant) as tx:
        foreign = (await add_endpoint(tx, keys, UrlPolicy(), URL)).endpoint
    delivery_id = await deliver(db, other_tenant, foreign.id)
    at = f"{path}/webhooks/{foreign.id}"
    assert URL not in (await browser.get(f"{path}/webhooks")).text
    assert (await browser.get(at)).status_code == 404
    for verb in ("rotate", "switch", "remove", f"deliveries/{delivery_id}/replay"):
        assert (await browser.send(f"{at}/{verb}")).status_code == 404, verb
    assert len(await endpoints(db, other_tenant)) == 1


async def test_a_delivery_is_found_under_its_own_address_only(
    browser: Browser, db: Database, tenant: Tenant, endpoint: WebhookEndpoint, path: str
) -> None:
    delivery_id = await deliver(db, tenant, endpoint.id)
    good = f"{path}/webhooks/{endpoint.id}/deliveries/{delivery_id}"
    assert (await browser.get(good)).status_code == 200
    assert (await browser.get(good.replace(str(endpoint.id), str(new_id())))).status_code == 404
