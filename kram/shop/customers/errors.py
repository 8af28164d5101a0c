"""What is refused about customers."""

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop


class CustomerMissing(AppError):
    code = "customer_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such customer in this shop")


class ProfileErased(AppError):
    """The person asked to be forgotten; somebody may still hold their id."""

    code = "profile_erased"
    kind = Kind.GONE
    title = gettext_noop("This customer was erased: nothing more can be written about them")


class ProfilesDiffer(AppError):
    code = "profiles_differ"
    kind = Kind.CONFLICT
    title = gettext_noop("One of these customers was erased: they cannot be joined")


class SameProfile(AppError):
    code = "same_profile"
    kind = Kind.INVALID
    title = gettext_noop("Choose another customer to join this one with")


class AddressMissing(AppError):
    code = "address_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such address")


class TooManyAddresses(AppError):
    code = "too_many_addresses"
    kind = Kind.CONFLICT
    title = gettext_noop("Keep at most 20 addresses: remove one first")


class NoteMissing(AppError):
    code = "note_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such note")


class GroupMissing(AppError):
    code = "customer_group_not_found"
    kind = Kind.NOT_FOUND
    title = gettext_noop("There is no such group of customers")


class GroupNameTaken(AppError):
    code = "customer_group_name_taken"
    kind = Kind.CONFLICT
    title = gettext_noop("There is a group of this name already: choose another one")


class TooManyGroups(AppError):
    code = "too_many_customer_groups"
    kind = Kind.CONFLICT
    title = gettext_noop("Keep at most 100 groups: remove one first")


class EraseRefused(AppError):
    """The person cannot be forgotten yet; the message says why."""

    code = "erase_refused"
    kind = Kind.CONFLICT
    title = gettext_noop("This person cannot be erased yet")


class HeldByLaw(EraseRefused):
    code = "erase_held"
    title = gettext_noop("Somebody of the shop forbade to erase this person: see the reason")
