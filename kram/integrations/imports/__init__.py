"""Goods from a file: checked at the door, imported in the background, resumable, row by row.

`sources/` files of any format as rows of cells · `columns.py`, `dialects.py`, `layout.py`,
`cells.py` from those to rows by our own names · `rows.py`, `fields.py` from a row to goods or
faults ·
`batches.py` from rows to batches · `intake.py` a batch into the shop · `tasks.py` the handler ·
`service.py` imports as their merchant sees them · `before.py`, `undo.py` an import taken back ·
`export.py` goods on their way out.

Tables: `import_job` (one file and how far it has come), `import_row_error` (what was wrong where),
`import_batch` (what it takes to take a batch back, for a week).
Invariants: a file with a missing column or an unreadable encoding changes nothing; a bad row never
stops the good ones; a batch and the progress it makes commit together, so that a killed import goes
on behind the last batch; the same file a second time changes nothing, and neither does an export.
A stored file is deleted two weeks after its import's end, by the clock.
An undo takes batches back from the last to the first, each in one transaction, and leaves what
somebody changed since.
Events in and out: `import.requested.v1` and `import.undo_requested.v1`, which the job also sends
itself to go on after a while.
"""
