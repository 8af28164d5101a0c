import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from kram.kit import i18n
from kram.kit.i18n import (
    LANGUAGES,
    Language,
    Translator,
    compiled,
    install_words,
    nearest,
    negotiate,
    translations,
)

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
"(n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Hello, %(name)s"
msgstr "Вітаємо, %(name)s"

msgid "%(count)s item"
msgid_plural "%(count)s items"
msgstr[0] "%(count)s товар"
msgstr[1] "%(count)s товари"
msgstr[2] "%(count)s товарів"

msgctxt "verb"
msgid "Order"
msgstr "Замовити"

msgid "Order"
msgstr "Замовлення"

#, fuzzy
msgid "Guessed"
msgstr "Вгадано"

msgid "Not yet"
msgstr ""
""".encode()


@pytest.fixture
def ukrainian(monkeypatch: pytest.MonkeyPatch) -> Translator:
    monkeypatch.setattr(i18n, "translations", lambda language: compiled(CATALOGUE, language))
    return Translator("uk")


def test_messages_are_translated_and_filled(ukrainian: Translator) -> None:
    assert ukrainian.gettext("Hello, %(name)s", name="Олю") == "Вітаємо, Олю"
    assert ukrainian.gettext("Order") == "Замовлення"
    assert ukrainian.pgettext("verb", "Order") == "Замовити"


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 товар"), (2, "2 товари"), (5, "5 товарів"), (21, "21 товар")]
)
def test_plurals_follow_the_language(ukrainian: Translator, count: int, said: str) -> None:
    assert ukrainian.ngettext("%(count)s item", "%(count)s items", count) == said


@pytest.mark.parametrize("message", ["Guessed", "Not yet", "Unknown"])
def test_what_is_not_surely_translated_stays_english(ukrainian: Translator, message: str) -> None:
    assert ukrainian.gettext(message) == message


def test_templates_speak_and_escape(ukrainian: Translator) -> None:
    environment = Environment(autoescape=True)
    install_words(environment, "uk")
    template = environment.from_string(
        "{{ _('Hello, %(name)s', name=name) }}, "
        "{% trans count=2 %}{{ count }} item{% pluralize %}{{ count }} items{% endtrans %}"
    )
    assert template.render(name="<b>") == "Вітаємо, &lt;b&gt;, 2 товари"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_compiles(language: Language) -> None:
    assert translations(language).info()["language"] == language
    assert Translator(language).gettext("no such message") == "no such message"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("uk", "uk"),
        ("uk-UA", "uk"),
        ("UK", "uk"),
        ("ru_RU", "ru"),
        ("en-GB", "en"),
        ("kk", "ru"),
        ("uz-Latn-UZ", "ru"),
        ("be", "ru"),
        ("de", "uk"),
        ("", "uk"),
        (None, "uk"),
        ("\ud800", "uk"),
    ],
)
def test_a_person_gets_the_nearest_language_or_the_shops(
    code: str | None, language: Language
) -> None:
    assert nearest(code, default="uk") == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("uk-UA,uk;q=0.9,ru;q=0.8,en;q=0.7", "uk"),
        ("en;q=0.5, ru;q=0.9", "ru"),
        ("kk, ru;q=0.5, en;q=0.9", "en"),
        ("kk-KZ, de;q=0.5", "ru"),
        ("de, fr;q=0.5", "en"),
        ("ru;q=0, de", "en"),
        ("*", "en"),
        ("", "en"),
        (None, "en"),
        ("en;q=zzz, uk;q=0.1", "uk"),
        ("uk" * 1000, "en"),
    ],
)
def test_a_browser_gets_what_it_wants_most_of_what_we_speak(
    header: str | None, language: Language
) -> None:
    assert negotiate(header, default="en") == language


@given(st.text(max_size=300))
def test_any_header_gives_a_language(header: str) -> None:
    assert negotiate(header, default="en") in LANGUAGES
