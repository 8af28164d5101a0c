"""Goods from a file: checked at the door, imported in the background, resumable, row by row.

Tables: `import_job` (one file and how far it has come), `import_row_error` (what was wrong where).
Invariants: a file with a missing column or an unreadable encoding changes nothing; a bad row never
stops the good ones; a batch and the progress it makes commit together, so that a killed import goes
on behind the last batch; the same file a second time changes nothing.
Events in and out: `import.requested.v1`, which the job also sends itself to go on after a while.
"""
