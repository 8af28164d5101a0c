"""A form on its way from the person and back to them: nothing typed is ever lost."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from kram.kit.errors import AppError, InvalidInput, filled

Translate = Callable[[str], str]


class FieldsRefused(InvalidInput):
    """Several fields, each with an error of its own."""

    def __init__(self, fields: Mapping[str, AppError]) -> None:
        super().__init__()
        self.fields = dict(fields)


class Form:
    """Typed values by field, and what is wrong with them, already in the person's language."""

    def __init__(
        self,
        values: Mapping[str, list[str]] | None = None,
        files: Mapping[str, list[UploadFile]] | None = None,
    ) -> None:
        self._values = dict(values or {})
        self._files = dict(files or {})
        self.errors: dict[str, str] = {}
        self.problem = ""

    @classmethod
    def of(cls, **values: str | Iterable[str]) -> "Form":
        """A form filled in by us, before anybody has typed."""
        return cls(
            {
                name: [value] if isinstance(value, str) else list(value)
                for name, value in values.items()
            }
        )

    def get(self, name: str, default: str = "") -> str:
        return self._values.get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def names(self) -> list[str]:
        return list(self._values)

    def has(self, name: str) -> bool:
        return name in self._values

    def files(self, name: str) -> list[UploadFile]:
        return self._files.get(name, [])

    def with_rows(self, rows: Mapping[str, list[str]]) -> "Form":
        return Form({**self._values, **rows}, self._files)

    def refuse(
        self, error: AppError, translate: Translate, fields: Mapping[str, str] | None = None
    ) -> None:
        """Puts an error's text beside the field it belongs to.

        Which one that is says the error's pointer, else `fields` by its code; an error of no field
        stands above the form.
        """
        if isinstance(error, FieldsRefused):
            for name, own in error.fields.items():
                self.errors[name] = filled(translate(own.message), own.extra)
            return
        for refused in error.errors:
            self.errors[field_name(refused.pointer)] = translate(refused.detail)
        text = filled(translate(error.message), error.extra)
        named = (fields or {}).get(error.code)
        if named:
            self.errors[named] = text
        elif not error.errors:
            self.problem = text


def field_name(pointer: str) -> str:
    """`/variants/0/sku` is the field `variants.0.sku`."""
    return pointer.strip("/").replace("/", ".")


async def read_form(request: Request[Any, Any, Any]) -> Form:
    sent = await request.form()
    values: dict[str, list[str]] = {}
    files: dict[str, list[UploadFile]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files.setdefault(name, []).append(value)
        else:
            # PostgreSQL stores no NUL, and nobody types one.
            values.setdefault(name, []).append(str(value).replace("\0", ""))
    return Form(values, files)
