"""Products by the hundred, matched by SKU: for imports.

The same rules as for one product, in a number of statements that does not grow with the rows.
`accept.py` which rows may come in, and why not the others · `plan.py` what has to be written for
them: nothing for what is already as they say, so a second run changes nothing · `upsert.py` the
use case · `queries.py`.
"""

from kram.shop.catalog.bulk.accept import RowRefused
from kram.shop.catalog.bulk.plan import Difference
from kram.shop.catalog.bulk.upsert import (
    LARGEST_BATCH,
    UpsertReport,
    judge_products,
    upsert_products,
)

__all__ = [
    "LARGEST_BATCH",
    "Difference",
    "RowRefused",
    "UpsertReport",
    "judge_products",
    "upsert_products",
]
