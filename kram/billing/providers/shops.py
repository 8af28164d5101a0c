"""Which providers a shop has: cash on delivery always, an acquirer where one is configured."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import httpx

from kram.billing.providers.cod import CASH_ON_DELIVERY, CashOnDelivery
from kram.billing.providers.contract import CallingProvider, PaymentProvider
from kram.billing.providers.errors import UnknownProvider
from kram.billing.providers.hosted.provider import HostedPayments
from kram.billing.providers.sandbox import SANDBOX, sandbox_account
from kram.kit.crypto import KeyRing


@dataclass(frozen=True, slots=True)
class ShopProviders:
    """Call it with a shop's id. `acquirer_url` None: cash on delivery alone."""

    keys: KeyRing
    http: httpx.AsyncClient
    public_url: str
    acquirer_url: str | None

    def __call__(self, shop_id: UUID) -> Mapping[str, PaymentProvider]:
        providers: dict[str, PaymentProvider] = {CASH_ON_DELIVERY: CashOnDelivery()}
        if self.acquirer_url is not None:
            providers[SANDBOX] = self._sandbox(shop_id, self.acquirer_url)
        return providers

    def _sandbox(self, shop_id: UUID, acquirer_url: str) -> HostedPayments:
        account = sandbox_account(
            self.keys,
            shop_id,
            acquirer_url=acquirer_url,
            callback_url=f"{self.public_url}/hooks/pay/{SANDBOX}/{shop_id}",
        )
        return HostedPayments(SANDBOX, account, self.http)


def chosen(providers: Mapping[str, PaymentProvider], name: str) -> PaymentProvider:
    """Raises UnknownProvider."""
    try:
        return providers[name]
    except KeyError:
        raise UnknownProvider from None


def calling(providers: Mapping[str, PaymentProvider], name: str) -> CallingProvider:
    """The one of that name that calls back. Raises UnknownProvider."""
    provider = chosen(providers, name)
    if not isinstance(provider, CallingProvider):
        raise UnknownProvider
    return provider
