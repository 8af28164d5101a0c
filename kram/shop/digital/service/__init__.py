"""Use cases: what a variant gives, its files, its pool of keys; what an order was given."""

from kram.shop.digital.service.cards import issue_cards
from kram.shop.digital.service.files import add_file, remove_file
from kram.shop.digital.service.given import given_to
from kram.shop.digital.service.grant import Want, grant
from kram.shop.digital.service.kinds import set_kind
from kram.shop.digital.service.open import download, open_grant
from kram.shop.digital.service.pool import Pool, add_keys, pools, withdraw
from kram.shop.digital.service.revoke import Revoked, replace, revoke

__all__ = [
    "Pool",
    "Revoked",
    "Want",
    "add_file",
    "add_keys",
    "download",
    "given_to",
    "grant",
    "issue_cards",
    "open_grant",
    "pools",
    "remove_file",
    "replace",
    "revoke",
    "set_kind",
    "withdraw",
]
