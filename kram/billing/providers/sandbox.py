"""The acquirer of the development stack: real pages and callbacks, no real money."""

import base64
from uuid import UUID

from kram.billing.providers.hosted.provider import Account
from kram.billing.providers.hosted.signing import KEY_PREFIX
from kram.kit.crypto import KeyRing

SANDBOX = "sandbox"


def sandbox_account(
    keys: KeyRing, shop_id: UUID, *, acquirer_url: str, callback_url: str
) -> Account:
    """`acquirer_url` is where the acquirer is mounted, without a trailing slash."""
    merchant = f"{acquirer_url}/api/{shop_id}"
    return Account(
        merchant_id=str(shop_id),
        create_url=f"{merchant}/payments",
        status_url=f"{merchant}/payments",
        refund_url=f"{merchant}/refunds",
        callback_url=callback_url,
        secrets=sandbox_secrets(keys, str(shop_id)),
    )


def sandbox_secrets(keys: KeyRing, merchant_id: str) -> tuple[str, ...]:
    """Both sides derive them from the installation's key ring: a sandbox has no sign-up."""
    derived = keys.derive_all(f"sandbox acquirer {merchant_id}")
    newest = derived.keys[derived.primary_id]
    others = [key for key in derived.keys.values() if key != newest]
    return tuple(KEY_PREFIX + base64.b64encode(key).decode() for key in (newest, *others))
