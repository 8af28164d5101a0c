"""All methods by name: importing a module registers its methods."""

from kram.app.devstack.telegram.methods import (
    bots,
    callbacks,
    editing,
    groups,
    inline,
    managed,
    menus,
    messages,
    payments,
    photos,
    stars,
    webhooks,
)
from kram.app.devstack.telegram.methods.call import METHODS, Method

MODULES = (
    bots,
    callbacks,
    editing,
    groups,
    inline,
    managed,
    menus,
    messages,
    payments,
    photos,
    stars,
    webhooks,
)


def find_method(name: str) -> Method | None:
    return METHODS.get(name.lower())
