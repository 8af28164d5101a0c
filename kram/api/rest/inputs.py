"""What bodies and parameters are made of. Limits stand here, so that they are in the description.

What a shop's tables cannot hold must be refused as a person's mistake, not fail as ours.
"""

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from kram.kit.money import Money
from kram.kit.pagination import LARGEST_PAGE, SMALLEST_PAGE
from kram.shop.catalog.drafts import (
    LARGEST_PRICE,
    LONGEST_DESCRIPTION,
    LONGEST_SKU,
    LONGEST_TITLE,
    MOST_VARIANTS,
)

NO_NUL = r"^[^\u0000]*$"
"""PostgreSQL's text holds every character but this one."""


def told(description: str = "", **limits: Any) -> msgspec.Meta:
    """Limits that stand in the description and are judged by the shop, all of them at once."""
    said = {"description": description} if description else {}
    return msgspec.Meta(extra_json_schema={**said, "extra": limits})


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt field is refused: silently left out, it would be found out by a customer."""


Line: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]
Note: TypeAlias = Annotated[str, msgspec.Meta(max_length=1000, pattern=NO_NUL)]
Names: TypeAlias = dict[str, str]
"""By language; what is missing is shown in the shop's own."""
NONE: Any = msgspec.field(default_factory=dict)
Position: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""With its offset from UTC."""

Title: TypeAlias = Annotated[str, told(min_length=1, max_length=LONGEST_TITLE, pattern=NO_NUL)]
Sku: TypeAlias = Annotated[str, told(min_length=1, max_length=LONGEST_SKU, pattern=NO_NUL)]
Text: TypeAlias = Annotated[str, told(max_length=LONGEST_DESCRIPTION, pattern=NO_NUL)]
Price: TypeAlias = Annotated[
    Money, told(f"In the shop's currency, from 0 to {LARGEST_PRICE} minor units")
]
SEVERAL_VARIANTS = told(min_items=1, max_items=MOST_VARIANTS)

ShopSlug: TypeAlias = Annotated[str, PathParameter(description="The shop's address")]
Cursor: TypeAlias = Annotated[
    str | None, QueryParameter(description="`next_cursor` of the page before")
]
Limit: TypeAlias = Annotated[
    int | None,
    QueryParameter(
        description="Items a page; 20 unless told",
        schema_extra={"minimum": SMALLEST_PAGE, "maximum": LARGEST_PAGE},
    ),
]
Key: TypeAlias = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="Of your choice: the same key, the same effect",
        schema_extra={"pattern": "^[!-~]{8,255}$"},
    ),
]
