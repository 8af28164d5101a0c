"""Goods and orders as files, written row by row in the background.

`service.py` asked for, watched, fetched · `tasks.py` the handlers · `orders.py` what a row of an
order is (of goods: `imports/export.py`) · `feed.py` a marketplace's feed · `queries.py` ·
`events.py`, `errors.py`, `models.py`.

Table: `export_job`. Invariants: memory does not grow with the shop; goods that are exported can be
imported again, which changes nothing; no cell is run by a spreadsheet; a file is gone a day after
it was made. A killed export begins anew under the same name.
Events in and out: `export.requested.v1`, and `export.ended.v1`, the timer that deletes the file.
"""
