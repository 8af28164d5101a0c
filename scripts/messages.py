"""Keeps the catalogues in step with the code: `python scripts/messages.py [--check]`.

Collects every msgid of Python code and templates, adds the new ones to `locale/*/…/kram.po` with
an empty translation and drops those that nobody uses. `--check` only lists what is untranslated.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "locale"
LANGUAGES = ("uk", "ru")  # English is what the code says
HEADER = "# What Kram says in %s. Kept in step with the code by scripts/messages.py."

# `words(…)` and `words.html(…)` are how bots speak.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_noop": None,
    "html": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "words": None,
}
_JINJA = {"newstyle_gettext": "true", "silent": "false", "trimmed": "true"}


def collect(root: Path = ROOT) -> Catalog:
    """Every msgid in use, with the files that use it."""
    catalog = Catalog(project="Kram", fuzzy=False)
    for path, method in _sources(root):
        name = path.relative_to(root).as_posix()
        for message, context in _messages(path, name, method):
            catalog.add(message, None, [(name, 0)], context=context)
    return catalog


def _messages(path: Path, name: str, method: str) -> Iterator[tuple[Any, str | None]]:
    options = _JINJA if "jinja2" in method else {}
    with path.open("rb") as source:
        try:
            for _, message, _, context in extract(method, source, KEYWORDS, options=options):
                yield message, context
        except TemplateSyntaxError as error:
            raise SystemExit(f"{name}:{error.lineno}: {error.message}") from error


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted((root / "kram").rglob("*.py")):
        yield path, "python"
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".xml", ".svg"}:
            yield path, "jinja2.ext:babel_extract"


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "kram.po"


def read(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Kram", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def update(language: str, used: Catalog) -> None:
    catalog = read(language)
    catalog.update(used, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER % language
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Kram", "1", ""
    catalog.last_translator, catalog.language_team = "", language
    catalog.revision_date = catalog.creation_date
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalog, width=100, sort_output=True, include_lineno=False)


def untranslated(language: str, used: Catalog) -> list[Message]:
    """Messages of which not every form is there."""
    known = read(language)
    return [message for message in used if message.id and not _is_said(known, message)]


def _is_said(known: Catalog, message: Message) -> bool:
    said = known.get(_singular(message), message.context)
    if said is None or said.fuzzy or not said.string:
        return False
    return isinstance(said.string, str) or all(said.string)


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def main(arguments: list[str]) -> int:
    used = collect()
    if "--check" not in arguments:
        for language in LANGUAGES:
            update(language, used)
    missing = {language: untranslated(language, used) for language in LANGUAGES}
    for language, messages in missing.items():
        for message in messages:
            print(f"{language}: {_singular(message)!r}")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
