"""The `kram` commands, one module each; `kram.app.cli` is their table.

A command imports what it needs when it runs, not when it is listed: `kram run web` must not wait
for the storefront, nor `kram --help` for the database.
"""
