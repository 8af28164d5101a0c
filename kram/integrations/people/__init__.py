"""All that the house holds about one person: joined, handed out, forgotten.

The slices below keep their own tables; each says what to do with a person's rows as a `Holder`
(`shop/customers/holder.py`), and `holders.py` is the list of them. A test walks every table of a
shop: one that points to a customer and that no holder names fails it, and so does a word of an
erased person that is found anywhere.

`joining.py` two profiles become one · `counting.py` orders and money of a customer · `exporting.py`
and `report.py` a file for the person · `erasing.py` the end of a person · `tasks.py` the handlers.

Owns `person_export`. Events in: `customer.match_found.v1`, `customer.merge_requested.v1`,
`customer.merged.v1`, `customer.erased.v1`, `person.export_requested.v1`, `person.export_ended.v1`
(timer), the orders' events and `refund.succeeded.v1`.
"""
