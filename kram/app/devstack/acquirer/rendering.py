"""Payments as HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kram.app.devstack.acquirer import words
from kram.app.devstack.acquirer.cards import CARDS, RIGHT_CODE, digits
from kram.app.devstack.acquirer.records import PaymentRecord, Step
from kram.app.devstack.acquirer.rules import WRONG_CODES_ALLOWED
from kram.kit.i18n import Language, install_words
from kram.kit.money import Money
from kram.kit.money_text import format_money

_TEMPLATES: Mapping[Step, str] = MappingProxyType(
    {
        Step.CARD: "card.html",
        Step.THREE_DS: "code.html",
        Step.WAITING: "over.html",
        Step.OVER: "over.html",
    }
)
_NO_ERRORS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CardForm:
    """As it was typed."""

    number: str = ""
    expiry: str = ""
    cvc: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the shopper wants to see it: chosen language, what the browser accepts, theme."""

    language: str = ""
    accepted: str = ""
    theme: str = ""


class Renderer:
    def __init__(self, folder: Path, prefix: str) -> None:
        """`prefix`: the path at which the acquirer is mounted."""
        self.stylesheet = (folder / "acquirer.css").read_text()
        self._prefix = prefix
        self._folder = folder
        self._templates = cache(self._make_templates)

    def payment(
        self,
        payment: PaymentRecord,
        asked: Asked,
        form: CardForm,
        errors: Mapping[str, str] = _NO_ERRORS,
    ) -> str:
        """The page of the payment's present step."""
        language = words.language_of(payment, asked.language, asked.accepted)
        amount = Money(payment.order.amount_minor, payment.order.currency)
        return (
            self._templates(language)
            .get_template(_TEMPLATES[payment.step])
            .render(
                payment=payment,
                order=payment.order,
                amount=format_money(amount, language),
                form=form,
                errors=errors,
                failure=words.FAILURES.get(payment.failure, ""),
                cards=[(card.number, words.CARD_NOTES[card.outcome]) for card in CARDS],
                right_code=RIGHT_CODE,
                attempts_left=WRONG_CODES_ALLOWED - payment.wrong_codes,
                languages=words.NAMES,
                language=language,
                theme=asked.theme,
                here=f"{self._prefix}/pay/{payment.id}",
                prefix=self._prefix,
            )
        )

    def _make_templates(self, language: Language) -> Environment:
        templates = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.filters["grouped"] = grouped
        install_words(templates, language)
        return templates


def grouped(number: str) -> str:
    """A card number in groups of four."""
    plain = digits(number)
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
