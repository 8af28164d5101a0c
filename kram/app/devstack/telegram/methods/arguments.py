"""Parameters of a call, as loose as Telegram takes them: text, JSON in text, or JSON."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from kram.app.devstack.telegram.errors import bad_request

T = TypeVar("T")


@dataclass(frozen=True)
class Upload:
    """A file inside a multipart body."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Arguments:
    """The values of one call by name; absent and null are the same."""

    values: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()

    def required_text(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise bad_request(f'parameter "{name}" is required')
        return text

    def integer(self, name: str, default: int = 0) -> int:
        """Telegram reads what is no number as zero."""
        text = self.text(name).strip()
        if not text:
            return default
        return int(text) if text.lstrip("-").isdigit() else 0

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def parsed(self, name: str, what: str) -> Any:
        """A value given as JSON or as JSON in text; None when absent. `what` names it in errors."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise bad_request(f"can't parse {what} JSON object") from error

    def struct(self, name: str, shape: type[T], what: str) -> T | None:
        """A JSON value of a known shape."""
        value = self.parsed(name, what)
        if value is None:
            return None
        try:
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as error:
            raise bad_request(f"can't parse {what}: {error}") from error

    def upload(self, name: str) -> Upload | None:
        """The file for a field, given directly or as `attach://other_field`."""
        if name in self.uploads:
            return self.uploads[name]
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.attached(value)
        return None

    def attached(self, reference: str) -> Upload | None:
        return self.uploads.get(reference.removeprefix("attach://"))
