"""The words that the script says, in the page's language."""

from kram.kit.i18n import Language, translations

Phrase = str | dict[str, str]

# One number for each plural category that CLDR knows in the language.
_SAMPLES: dict[Language, dict[str, int]] = {
    "uk": {"one": 1, "few": 2, "many": 5, "other": 5},
    "ru": {"one": 1, "few": 2, "many": 5, "other": 5},
    "en": {"one": 1, "other": 2},
}


def script_words(language: Language) -> dict[str, Phrase]:
    _ = translations(language).gettext
    return {
        "add_to_cart": _("Add to cart"),
        "added": _("Added to the cart"),
        "open_cart": _("Open the cart"),
        "link_copied": _("The link is copied"),
        "design_gone": _("What is behind this link can no longer be made so: choose again"),
        "to_checkout": _("Go to checkout"),
        "place_order": _("Place the order"),
        "pay": _("Pay"),
        "free": _("Free"),
        "fill_in": _("Fill this in"),
        "tell_me": _("Tell me when it is there"),
        "will_tell": _("We will write to you"),
        "told_once": _("You will get one message in Telegram"),
        "not_told": _("You will not be told"),
        "sold_out": _("Sold out"),
        "tier": _("from %(count)s pcs"),
        "removed": _("%(name)s is out of the cart"),
        "undo": _("Undo"),
        "line_less": _("One less: %(name)s"),
        "line_more": _("One more: %(name)s"),
        "line_none": _("Remove %(name)s"),
        "line_aside": _("Save for later: %(name)s"),
        "line_take": _("To the cart: %(name)s"),
        "put_aside": _("%(name)s waits below the cart"),
        "cart_lost": _("Your cart was lost"),
        "fill_again": _("Fill it again"),
        "gift_card": _("Gift card ••%(last4)s"),
        "points_note": _("Up to %(spendable)s here, %(balance)s in all"),
        "kept_for": _("Your goods are kept for you for another %(time)s"),
        "time_over": _("The time to pay is over: your goods go back on the shelf"),
        "saved": _("Saved"),
        "how_many_back": _("Say how many of each you give back"),
        "return_sent": _("The shop will answer here and in the chat"),
        "both_get": _(
            "Your friend gets %(friend)s in bonus points and you get %(you)s, when their first"
            " order has come"
        ),
        "you_get": _("You get %(you)s in bonus points when your friend's first order has come"),
        "invite_words": _("Have a look at this shop: %(shop)s"),
        "copied": _("Copied"),
        "copy_by_hand": _("Copy it by hand: hold a finger on it"),
        "anonymous": _("A buyer"),
        "to_favourites": _("To favourites"),
        "from_favourites": _("Out of favourites"),
        "liked": _("It waits in your favourites"),
        "review_sent": _("Thank you! Your review is shown"),
        "review_waits": _("Thank you! Your review is shown as soon as the shop has looked at it"),
        "review_rejected": _("The shop does not show this review"),
        "review_change": _("Change my review"),
        "remove_line": _("Remove %(name)s"),
        "file_waits": _("The file is being prepared"),
        "erase_question": _("Erase your data in this shop? This cannot be undone"),
        "erase_yes": _("Erase"),
        "erased": _("Your data is erased"),
        "no_connection": _("No connection. Check the internet and try again"),
        "broken": _("Something broke. Reload the page and try again"),
        **_counted(language),
    }


def _counted(language: Language) -> dict[str, Phrase]:
    ngettext = translations(language).ngettext
    samples = _SAMPLES[language]
    return {
        "goods": {
            category: ngettext("%(count)s item", "%(count)s items", count)
            for category, count in samples.items()
        },
        "minutes_left": {
            category: ngettext(
                "%(count)s minute is left to pay", "%(count)s minutes are left to pay", count
            )
            for category, count in samples.items()
        },
        "seconds_left": {
            category: ngettext(
                "%(count)s second is left to pay", "%(count)s seconds are left to pay", count
            )
            for category, count in samples.items()
        },
        "cart_of": {
            category: ngettext("Cart, %(count)s item", "Cart, %(count)s items", count)
            for category, count in samples.items()
        },
    }
