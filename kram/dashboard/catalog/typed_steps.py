"""What was typed into the form of a configurator, turned into a definition."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from kram.dashboard.catalog.sheet import ChoiceRow, Sheet, StepRow
from kram.dashboard.pages.choices import read_uuid
from kram.dashboard.pages.forms import FieldsRefused
from kram.dashboard.promotions.rule_form import NumberRefused
from kram.kit.errors import AppError, InvalidInput
from kram.kit.money_text import parse_money
from kram.kit.web.fields import field_errors_of_msgspec
from kram.shop.configurator.definition import Definition
from kram.shop.orders.desk.errors import SkuUnknown


def definition_of(sheet: Sheet, currency: str, variants: Mapping[str, UUID]) -> Definition:
    """`variants` are ids by SKU. Raises: FieldsRefused, InvalidInput."""
    reading = _Reading(currency, variants)
    written = {
        "steps": [reading.step(f"steps.{place}.", step) for place, step in enumerate(sheet.steps)],
        "rules": [msgspec.to_builtins(rule) for rule in sheet.rules],
    }
    if reading.refused:
        raise FieldsRefused(reading.refused)
    try:
        return msgspec.convert(written, Definition)
    except msgspec.ValidationError as error:
        raise InvalidInput(errors=field_errors_of_msgspec(error)) from error


class _Reading:
    """Turns what was typed into values, and keeps what could not be."""

    def __init__(self, currency: str, variants: Mapping[str, UUID]) -> None:
        self._currency = currency
        self._variants = variants
        self.refused: dict[str, AppError] = {}

    def step(self, at: str, row: StepRow) -> dict[str, Any]:
        said: dict[str, Any] = {
            "id": row.id,
            "kind": row.kind,
            "title": row.title,
            "hint": row.hint,
        }
        if row.picks:
            said["choices"] = [
                self._choice(f"{at}choices.{place}.", choice)
                for place, choice in enumerate(row.choices)
            ]
            said["layer"] = self._number(f"{at}layer", row.layer, 0)
        if row.kind == "several":
            most = self._number(f"{at}most", row.most, None)
            return said | {"least": self._number(f"{at}least", row.least, 0), "most": most}
        said["required"] = row.required == "yes"
        if row.kind == "text":
            said["longest"] = self._number(f"{at}longest", row.longest, 100)
        if row.kind == "number":
            said["least"] = self._number(f"{at}least", row.least, 0)
            said["most"] = self._number(f"{at}most", row.most, 0)
            said["unit"] = row.unit
        if not row.picks:
            said["price_minor"] = self._money(f"{at}price_minor", row.price_minor)
        return said

    def _choice(self, at: str, row: ChoiceRow) -> dict[str, Any]:
        sku = row.component.strip()
        if sku and sku not in self._variants:
            self.refused[f"{at}component"] = SkuUnknown(sku=sku)
        return {
            "id": row.id,
            "title": row.title,
            "price_minor": self._money(f"{at}price_minor", row.price_minor),
            "component": str(self._variants[sku]) if sku in self._variants else None,
            "units": self._number(f"{at}units", row.units, 1),
            "picture": str(picture) if (picture := read_uuid(row.picture)) else None,
        }

    def _money(self, name: str, typed: str) -> int:
        sign, digits = _signed(typed)
        try:
            return sign * parse_money(digits, self._currency).minor if digits else 0
        except AppError as error:
            self.refused[name] = error
            return 0

    def _number(self, name: str, typed: str, blank: int | None) -> int | None:
        if not typed.strip():
            return blank
        if re.fullmatch(r"\s*[-−]?[0-9]{1,9}\s*", typed):
            return int(typed.replace("−", "-"))
        self.refused[name] = NumberRefused()
        return blank


def _signed(typed: str) -> tuple[int, str]:
    """A choice may be cheaper: "-10", with any dash that a keyboard has."""
    text = typed.strip()
    if text.startswith(("-", "−", "–")):
        return -1, text[1:].strip()
    return 1, text.removeprefix("+").strip()
