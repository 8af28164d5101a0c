"""Plays Telegram on this machine: a Bot API server, its users, and the phones they hold.

A bot's library is pointed at this server instead of api.telegram.org and notices no
difference; people live on the page at `/`, where each of them holds a phone.

`wire/` Telegram's JSON objects as structs. `state/` what is remembered, and the journal that
brings it back after a restart. `methods/` the Bot API, one file per group of methods.
`formatting/` text with markup into text with entities. `updates.py` what a bot is told, and
`delivery/` how: webhook with retries, or getUpdates. `people/` what a user does: writes, taps,
pays, opens a Mini App. `botfather/` the chat in which bots are made. `faults.py` and `flood.py`
make the server refuse on demand. `control/` the same powers over HTTP for tests and the seed.
`page/` and `assets/` the phones.

It keeps no secret and no money of anybody, binds to loopback only, and imports nothing of Kram.
"""
