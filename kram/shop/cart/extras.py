"""What a shopper typed and switched on in the cart, besides goods."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

MOST_CODES = 5

Codes = Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=MOST_CODES)]


class Extras(msgspec.Struct, frozen=True):
    """`codes` as they were typed; a gift card's code is not kept, only which card it is."""

    codes: Codes = ()
    gift_card_id: UUID | None = None
    use_points: bool = False
