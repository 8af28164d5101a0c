"""Parts that more than one process is put together from."""

from pathlib import Path

import httpx

from kram.app.process import Core
from kram.app.settings import Settings
from kram.billing.payments.tasks import Payments
from kram.billing.providers.shops import ShopProviders
from kram.kit.http import UrlPolicy

TEMPLATES = Path(__file__).parents[2] / "templates"


def url_policy(settings: Settings) -> UrlPolicy:
    """Where webhooks may go: in development also to a receiver on this machine."""
    return UrlPolicy.for_development() if settings.is_development else UrlPolicy()


def providers(core: Core, http: httpx.AsyncClient) -> ShopProviders:
    settings = core.settings
    return ShopProviders(settings.keys, http, settings.public_url, settings.acquirer_url)


def payments(core: Core, http: httpx.AsyncClient) -> Payments:
    return Payments(core.db, providers(core, http), core.registry, core.settings.public_url)
