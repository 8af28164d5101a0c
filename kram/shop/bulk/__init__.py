"""Many goods changed at once: chosen by a filter, looked at before, taken back after.

`rules.py` what is chosen and what becomes of a price, pure · `service.py` preview, edit, undo ·
`queries.py`, `models.py`, `errors.py`.

Table: `bulk_edit`, with what it takes to go back. Invariants: an edit is whole or not at all and
renews the catalogue once; stock moves by deltas only; an undo gives back what nobody changed
since, leaves the rest, and works once, within a day.
"""
