"""E-mail addresses as they are stored and compared."""

import re
import unicodedata

from kram.tenants.errors import EmailRefused

_LOCAL = re.compile(r"[^\x00-\x1f\x7f\s@\"(),:;<>\[\]\\]{1,64}")
_DOMAIN = re.compile(r"(?=.{4,190}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def normalise_email(typed: str) -> str:
    """Lower-case, the domain in ASCII: one person cannot hold one address twice.

    Raises: EmailRefused.
    """
    text = unicodedata.normalize("NFKC", typed.strip()).lower()
    local, _, domain = text.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError as error:
        raise EmailRefused from error
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain)):
        raise EmailRefused
    return f"{local}@{ascii_domain}"
