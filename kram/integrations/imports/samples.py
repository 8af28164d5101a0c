"""Goods that a new shop starts with, so that its first look is a shop and not an empty page."""

from dataclasses import dataclass
from uuid import UUID

from kram.kit.currencies import EXPONENTS
from kram.kit.db.tx import TenantTx
from kram.kit.money import Money
from kram.shop.catalog.service import (
    ProductDraft,
    VariantDraft,
    create_category,
    create_product,
)
from kram.shop.inventory.models import MoveCause
from kram.shop.inventory.service import receive_many
from kram.tenants.actor import Actor

SKU_PREFIX = "DEMO-"
"""By it a merchant's own goods are told from the samples."""

_UNITS_OF_A_HRYVNIA = {"UAH": 1.0, "RUB": 2.0, "KZT": 12.0, "UZS": 300.0, "XTR": 1.0}
_ELSEWHERE = 0.025
"""A fair first guess for euros, dollars and the like; merchants set their own prices."""


@dataclass(frozen=True, slots=True)
class _Words:
    uk: str
    ru: str
    en: str

    def in_language(self, language: str) -> str:
        return {"uk": self.uk, "ru": self.ru}.get(language, self.en)


@dataclass(frozen=True, slots=True)
class _Sample:
    category: int
    title: _Words
    text: _Words
    hryvnias: int
    units: int
    forms: tuple[_Words, ...] = ()


_CATEGORIES = (
    _Words("Чай і кава", "Чай и кофе", "Tea and coffee"),
    _Words("Посуд", "Посуда", "Tableware"),
    _Words("Дім", "Дом", "Home"),
)
_GRAMS = (_Words("100 г", "100 г", "100 g"), _Words("250 г", "250 г", "250 g"))
_SIZES = tuple(_Words(size, size, size) for size in ("S", "M", "L", "XL"))
_SAMPLES = (
    _Sample(
        0,
        _Words("Карпатський чай", "Карпатский чай", "Carpathian tea"),
        _Words(
            "Іван-чай, чебрець і мʼята з гірських лук. Без ароматизаторів.",
            "Иван-чай, чабрец и мята с горных лугов. Без ароматизаторов.",
            "Fireweed, thyme and mint from mountain meadows. No flavouring.",
        ),
        185,
        40,
        _GRAMS,
    ),
    _Sample(
        0,
        _Words("Кава «Ранок»", "Кофе «Утро»", "Morning coffee"),
        _Words(
            "Арабіка середнього обсмажування: карамель, горіх, мʼяка кислинка.",
            "Арабика средней обжарки: карамель, орех, мягкая кислинка.",
            "Medium-roast arabica: caramel, nuts and a gentle acidity.",
        ),
        320,
        25,
        _GRAMS,
    ),
    _Sample(
        0,
        _Words("Мед з різнотравʼя", "Мёд из разнотравья", "Wildflower honey"),
        _Words(
            "Зібраний у липні, 400 г. Густішає взимку, як і має бути.",
            "Собран в июле, 400 г. Зимой густеет, как и должно быть.",
            "Gathered in July, 400 g. It sets in winter, as it should.",
        ),
        210,
        18,
    ),
    _Sample(
        1,
        _Words("Чашка з глини", "Глиняная чашка", "Clay cup"),
        _Words(
            "Зроблена вручну, 250 мл. Кожна трохи інша.",
            "Сделана вручную, 250 мл. Каждая немного другая.",
            "Made by hand, 250 ml. Each is a little different.",
        ),
        390,
        12,
    ),
    _Sample(
        1,
        _Words("Чайник «Димка»", "Чайник «Дымка»", "Haze teapot"),
        _Words(
            "Матова кераміка, сито з нержавіючої сталі, 800 мл.",
            "Матовая керамика, ситечко из нержавеющей стали, 800 мл.",
            "Matt ceramic with a steel strainer, 800 ml.",
        ),
        1150,
        6,
    ),
    _Sample(
        1,
        _Words("Дошка з дуба", "Дубовая доска", "Oak board"),
        _Words(
            "Для хліба й сиру, 38 × 20 см, просочена олією.",
            "Для хлеба и сыра, 38 × 20 см, пропитана маслом.",
            "For bread and cheese, 38 × 20 cm, oiled.",
        ),
        640,
        9,
    ),
    _Sample(
        2,
        _Words("Лляна сорочка", "Льняная рубашка", "Linen shirt"),
        _Words(
            "Вільний крій, мʼякшає після кожного прання.",
            "Свободный крой, мягчеет после каждой стирки.",
            "A loose cut that softens with every wash.",
        ),
        1480,
        7,
        _SIZES,
    ),
    _Sample(
        2,
        _Words("Свічка «Хвоя»", "Свеча «Хвоя»", "Pine candle"),
        _Words(
            "Соєвий віск, горить близько 40 годин.",
            "Соевый воск, горит около 40 часов.",
            "Soy wax, burns for about 40 hours.",
        ),
        270,
        30,
    ),
    _Sample(
        2,
        _Words("Вовняний плед", "Шерстяной плед", "Wool blanket"),
        _Words(
            "130 × 180 см, овеча вовна, ткана на старому верстаті.",
            "130 × 180 см, овечья шерсть, соткан на старом станке.",
            "130 × 180 cm, sheep's wool woven on an old loom.",
        ),
        2200,
        4,
    ),
)


async def fill_with_samples(tx: TenantTx, currency: str, language: str, actor: Actor) -> int:
    """Creates categories, products and stock; returns how many products there are now."""
    categories = [
        (await create_category(tx, words.in_language(language), position=place)).id
        for place, words in enumerate(_CATEGORIES)
    ]
    units: dict[UUID, int] = {}
    for number, sample in enumerate(_SAMPLES, start=1):
        product = await create_product(
            tx, _draft(sample, number, currency, language, categories[sample.category])
        )
        units |= {variant.id: sample.units for variant in product.variants}
    await receive_many(tx, units, MoveCause.RECEIVED, actor)
    return len(_SAMPLES)


def _draft(
    sample: _Sample, number: int, currency: str, language: str, category_id: UUID
) -> ProductDraft:
    forms = sample.forms or (_Words("", "", ""),)
    return ProductDraft(
        title=sample.title.in_language(language),
        description=sample.text.in_language(language),
        category_id=category_id,
        variants=tuple(
            VariantDraft(
                sku=f"{SKU_PREFIX}{number:02d}" + (f"-{place + 1}" if sample.forms else ""),
                title=form.in_language(language),
                price=_price(sample.hryvnias * _price_step(sample, place), currency),
            )
            for place, form in enumerate(forms)
        ),
    )


def _price_step(sample: _Sample, place: int) -> int:
    """Goods by weight cost more in the larger pack, clothes the same in every size."""
    return place + 1 if sample.forms is _GRAMS else 1


def _price(hryvnias: int, currency: str) -> Money:
    units = max(1, round(hryvnias * _UNITS_OF_A_HRYVNIA.get(currency, _ELSEWHERE)))
    return Money(units * 10 ** EXPONENTS[currency], currency)
