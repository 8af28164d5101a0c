"""Who buys.

Owns `customer`: a person as this shop knows them, with `customer_identity` (what was proved to be
theirs), `customer_address`, `customer_group`, `customer_note` and the ledger `customer_step`. The
same Telegram user is another customer in another shop, and nothing leads from one to the other.

Invariants:
- one row per Telegram id, however many sign-ins arrive at once; `can_message` becomes true only
  when the person allowed it, and false when Telegram says that they blocked the bot; what a person
  typed or chose (name, phone, language) is not overwritten by what Telegram tells;
- profiles are joined by what was proved alone: a Telegram id, or a row of `customer_identity`. A
  typed phone joins nothing. Two profiles with a Telegram account each are never joined by
  themselves: a number that changed hands goes to who proved it last;
- a joined profile stays as an empty row that leads on (`merged_into`): whoever still holds its id,
  a session or an order on its way, asks `living`, which also keeps a merge waiting until the
  commit. What a slice above keeps about a person it moves, tells and erases as a `Holder`
  (`holder.py`);
- the history (`customer_step`: consents, merges, exports, erasures) is append-only by grant and
  names nobody; `consents` on the customer is what stands by it.

Events out: `customer.match_found.v1` (two profiles are one person's: to be joined),
`customer.merged.v1`, `customer.erased.v1`, `customer.consent_changed.v1`.
"""
