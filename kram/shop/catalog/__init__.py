"""What is for sale.

Owns `category`, `product`, `variant`, `media`, `catalog_version`, `attribute`, `collection`,
`collection_product`, `bundle_component`, `price_list`, `list_price`, `price_history`,
`slug_redirect`.

A product is what a shopper looks at, a variant (one SKU) what is bought. Doors hand in a
`ProductDraft` (`drafts.py`) and get one answer that names every refused field.

Invariants:
- slugs and SKUs are unique in the shop, archived ones included;
- a variant keeps its id for life, because stock and orders hang on it: editing changes it in place,
  leaving it out archives it, its SKU brings it back; products are archived, never deleted;
- a product always has at least one variant that is not archived;
- prices are Money in the shop's one currency, 0 to 10^13 minor units; `queries.offers` gives the
  price of a variant for somebody, so many units and a moment, and nothing else does (`prices/`);
- a bundle is never a component; what a line takes from the shelves is `bundles.py`;
- no category is inside itself, and its path says what it is inside of;
- an address that changes leaves a redirect;
- whatever a shopper can see bumps `catalog_version` in its own commit, once, and publishes
  `catalog.changed.v1`; cached pages are named by that version. Availability alone follows a moment
  later (see `shop.inventory`), so that checkouts do not queue behind that one row.

`options/` makes variants, `collections/` and `attributes/` put goods together and tell them apart,
`details.py` is what a product has besides. Writes go through `service/`, imports by the hundred
through `bulk/` (the same rules, a bounded number of statements). Ordinary reads are `queries.py`;
the storefront's are `storefront/`: a few statements on the read-only fast path, checked row for
row against the ordinary one.

Events in: its own timer `catalog.due.v1` (a sale or a publication begins or ends). Events out:
`catalog.changed.v1`, `media.added.v1` (AVIF is drawn), `media.removed.v1` (its files may go).
"""
