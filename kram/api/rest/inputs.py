"""What bodies and parameters are made of. Limits stand here, so that they are in the description.

What a shop's tables cannot hold must be refused as a person's mistake, not fail as ours.
"""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from litestar.params import PathParameter, QueryParameter

NO_NUL = r"^[^\u0000]*$"
"""PostgreSQL's text holds every character but this one."""


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt field is refused: silently left out, it would be found out by a customer."""


Line: TypeAlias = Annotated[str, msgspec.Meta(max_length=200, pattern=NO_NUL)]
Note: TypeAlias = Annotated[str, msgspec.Meta(max_length=1000, pattern=NO_NUL)]
Position: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""With its offset from UTC."""

ShopSlug: TypeAlias = Annotated[str, PathParameter(description="The shop's address")]
Cursor: TypeAlias = Annotated[
    str | None, QueryParameter(description="`next_cursor` of the page before")
]
Limit: TypeAlias = Annotated[
    int | None, QueryParameter(description="Items a page, 1 to 100; 20 unless told")
]
