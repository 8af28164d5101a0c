"""Use cases, one file a subject. Those that change a profile lock its row first."""

from kram.shop.customers.service.addresses import (
    AddressDraft,
    add_address,
    change_address,
    remove_address,
)
from kram.shop.customers.service.consents import set_consent
from kram.shop.customers.service.history import write_down
from kram.shop.customers.service.identities import prove
from kram.shop.customers.service.merge import empty, merge
from kram.shop.customers.service.notes import add_group, add_note, remove_group, remove_note
from kram.shop.customers.service.profile import (
    ProfileChange,
    change_profile,
    hold,
    put_in_groups,
    tag,
)
from kram.shop.customers.service.standing import living, living_now, own, shown
from kram.shop.customers.service.visits import (
    mark_reachable,
    remember,
    remember_guest,
    save_contact,
)

__all__ = [
    "AddressDraft",
    "ProfileChange",
    "add_address",
    "add_group",
    "add_note",
    "change_address",
    "change_profile",
    "empty",
    "hold",
    "living",
    "living_now",
    "mark_reachable",
    "merge",
    "own",
    "prove",
    "put_in_groups",
    "remember",
    "remember_guest",
    "remove_address",
    "remove_group",
    "remove_note",
    "save_contact",
    "set_consent",
    "shown",
    "tag",
    "write_down",
]
