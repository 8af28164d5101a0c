"""What can be chosen of a product, as its page shows it."""

from collections.abc import Sequence

import msgspec

from kram.kit.money import Money
from kram.miniapp.pages.frame import Frame
from kram.miniapp.pages.pictures import Pictures, PictureView
from kram.shop.catalog.storefront import ProductPage
from kram.shop.configurator.definition import (
    Choice,
    GiveNumber,
    PickOne,
    PickSeveral,
    Step,
    WriteText,
)
from kram.shop.configurator.reader import Shown


class ChoiceView(msgspec.Struct, frozen=True):
    """`price` is what it adds, with its sign; empty for nothing."""

    id: str
    title: str
    price: str


class StepView(msgspec.Struct, frozen=True):
    """`kind` as in the definition; bounds are of the number, or how many letters at most."""

    id: str
    kind: str
    title: str
    hint: str
    required: bool
    choices: list[ChoiceView]
    price: str = ""
    unit: str = ""
    least: int | None = None
    most: int | None = None


class LayerView(msgspec.Struct, frozen=True):
    choice: str
    picture: PictureView


class ConfiguratorView(msgspec.Struct, frozen=True):
    """`layers` from the lowest up."""

    steps: list[StepView]
    layers: list[LayerView]


def configurator_view(frame: Frame, pictures: Pictures, shown: Shown) -> ConfiguratorView:
    return ConfiguratorView(
        [_step(frame, step) for step in shown.definition.steps], _layers(pictures, shown)
    )


def without_layers(product: ProductPage, shown: Shown) -> ProductPage:
    """The gallery shows photos; parts of a picture are shown on top of each other alone."""
    layers = {shown.keys.get(each.picture) for each in shown.definition.choices() if each.picture}
    kept = [at for at, each in enumerate(product.pictures) if each.key not in layers]
    return msgspec.structs.replace(
        product,
        pictures=tuple(product.pictures[at] for at in kept),
        variants=tuple(
            msgspec.structs.replace(variant, picture=_place(variant.picture, kept))
            for variant in product.variants
        ),
    )


def _place(picture: int | None, kept: Sequence[int]) -> int | None:
    return kept.index(picture) if picture in kept else None


def _layers(pictures: Pictures, shown: Shown) -> list[LayerView]:
    drawn = [
        (step.layer, choice.id, shown.keys[choice.picture])
        for step in shown.definition.picking()
        for choice in step.choices
        if choice.picture is not None and choice.picture in shown.keys
    ]
    drawn.sort(key=lambda each: each[0])
    return [LayerView(choice, pictures.of(key, "")) for _, choice, key in drawn]


def _step(frame: Frame, step: Step) -> StepView:
    match step:
        case PickOne() | PickSeveral():
            choices = [_choice(frame, choice) for choice in step.choices]
            kind = "one" if isinstance(step, PickOne) else "several"
            return StepView(step.id, kind, step.title, step.hint, step.least > 0, choices)
        case WriteText():
            return StepView(
                step.id, "text", step.title, step.hint, step.required, [],
                _more(frame, step.price_minor), most=step.longest,
            )  # fmt: skip
        case GiveNumber():
            return StepView(
                step.id, "number", step.title, step.hint, step.required, [],
                _more(frame, step.price_minor), step.unit, step.least, step.most,
            )  # fmt: skip


def _choice(frame: Frame, choice: Choice) -> ChoiceView:
    return ChoiceView(choice.id, choice.title, _more(frame, choice.price_minor))


def _more(frame: Frame, minor: int) -> str:
    if not minor:
        return ""
    sign = "+" if minor > 0 else "−"
    price = Money(abs(minor), frame.shop.currency)
    return f"{sign}{frame.price(price)}"
