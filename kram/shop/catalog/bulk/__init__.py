"""Products by the hundred, matched by SKU: for imports.

The same rules as for one product, in a number of statements that does not grow with the rows.
`rows.py` what comes in · `accept.py` which rows may, and why not the others · `choices.py` their
options · `plan.py` what has to be written for them: nothing for what is already as they say, so a
second run changes nothing · `upsert.py` the use case · `revert.py` the way back, with
`restoring.py` for one product · `write_queries.py`, `queries.py`.
"""

from kram.shop.catalog.bulk.accept import RowRefused
from kram.shop.catalog.bulk.plan import Difference, Of
from kram.shop.catalog.bulk.revert import Written, revert
from kram.shop.catalog.bulk.rows import ProductRow, VariantRow
from kram.shop.catalog.bulk.upsert import (
    LARGEST_BATCH,
    UpsertReport,
    judge_products,
    upsert_products,
)

__all__ = [
    "LARGEST_BATCH",
    "Difference",
    "Of",
    "ProductRow",
    "RowRefused",
    "UpsertReport",
    "VariantRow",
    "Written",
    "judge_products",
    "revert",
    "upsert_products",
]
