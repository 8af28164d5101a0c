"""What a person has to look at before it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kram.kit.errors import InvalidInput
from kram.shop.reviews.rules import (
    Circumstances,
    Hold,
    Photo,
    ReviewDraft,
    checked,
    fingerprint,
    has_link,
    holds,
    signed,
    swears,
)

FINE = Circumstances(is_bought=True, recent=0, is_copy=False)


@pytest.mark.parametrize(
    "body",
    [
        "http://spam.test/x",
        "заходьте на www.spam",
        "t.me/spam_channel",
        "пишіть @best_prices",
        "купуйте на super-shop.com.ua",
        "краще на магазин.рф",
        "HTTPS://SPAM",
        "ｗｗｗ.spam",  # wide letters
    ],
)
def test_links_are_seen(body: str) -> None:
    assert has_link(body)


@pytest.mark.parametrize(
    "body",
    [
        "Гарна чашка. Дуже задоволена!",
        "Доставка за 2 дні, 5.5 з 5",
        "Great mug.Fast delivery",
        "Ціна 12.50 грн/шт",
        "м'яка,тепла...ідеально",
    ],
)
def test_honest_words_are_no_links(body: str) -> None:
    assert not has_link(body)


@pytest.mark.parametrize(
    "body",
    [
        "Це пиздець",
        "полный П И З Д Е Ц",
        "what a SHIT mug",
        "s.h.i.t quality",
        "xуйня",  # a Latin x
        "сука, не працює",
        "fuсk it",  # a Cyrillic с
    ],
)
def test_swearing_is_seen_through_disguise(body: str) -> None:
    assert swears(body)


@pytest.mark.parametrize(
    "body",
    [
        "Сукня чудова, дитині дуже личить",
        "Підводка-лайнер не розтікається",
        "Лебедь на чашке",
        "Scunthorpe delivery was fast",
        "хлібниця, скатертина й педалі",
        "a b c d",
        "",
    ],
)
def test_honest_words_do_not_swear(body: str) -> None:
    assert not swears(body)


@pytest.mark.parametrize(
    ("draft", "around", "expected"),
    [
        (ReviewDraft(stars=5, body="Чудово"), FINE, []),
        (ReviewDraft(stars=5), Circumstances(False, 0, False), []),
        (ReviewDraft(stars=5, body="Ок"), Circumstances(False, 0, False), [Hold.NOT_BOUGHT]),
        (ReviewDraft(stars=1, body="Ок"), Circumstances(True, 3, False), [Hold.HASTE]),
        (ReviewDraft(stars=1, body="Ок"), Circumstances(True, 2, True), [Hold.COPY]),
        (
            ReviewDraft(stars=1, body="shit, see www.x"),
            Circumstances(False, 9, True),
            list(Hold),
        ),
    ],
)
def test_what_holds_a_review(
    draft: ReviewDraft, around: Circumstances, expected: list[Hold]
) -> None:
    assert list(holds(draft, around)) == expected


def test_a_copy_is_known_in_another_spelling() -> None:
    body = "Дуже гарна чашка, рекомендую всім!"
    assert fingerprint(body) == fingerprint("ДУЖЕ гарна  чашка — рекомендую, всім") != ""
    assert fingerprint("Супер!") == ""


@pytest.mark.parametrize(
    ("name", "signature"),
    [("Ivan Franko", "Ivan F."), ("Леся", "Леся"), ("", ""), (" Олена  Пчілка ", "Олена П.")],
)
def test_a_signature_tells_no_more_than_needed(name: str, signature: str) -> None:
    assert signed(name) == signature


@pytest.mark.parametrize(
    "draft",
    [
        ReviewDraft(stars=0),
        ReviewDraft(stars=6),
        ReviewDraft(stars=-1),
        ReviewDraft(stars=5, body="x" * 4001),
        ReviewDraft(stars=5, photos=(Photo("a", 1, 1),) * 7),
    ],
)
def test_what_is_no_review_is_refused(draft: ReviewDraft) -> None:
    with pytest.raises(InvalidInput):
        checked(draft)


@given(st.text(max_size=300))
def test_any_words_can_be_judged(body: str) -> None:
    draft = checked(ReviewDraft(stars=3, body=body))
    assert "\0" not in draft.body
    list(holds(draft, FINE))
    fingerprint(draft.body)
    signed(body)
