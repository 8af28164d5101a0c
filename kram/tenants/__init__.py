"""Who: merchants, their sign-ins, their shops and the shops' bots.

The tables live in the control plane (schema `platform`); a use case takes a `PlatformTx`.

- `accounts` makes an account and proves a password; `sessions` opens, rotates and revokes sign-ins;
  `access` issues and reads the short-lived token that a request carries.
- `shops` opens a shop by claiming a spare schema, finds those of a merchant and changes their
  settings; `permissions` is the one table of what each role may do; every door asks it.
- `bots` keeps the bot's token and keys sealed; `links` ties Telegram accounts and the staff's group
  to a shop by one-time codes.
- `registry` answers "whose shop is this" from memory; `actor` names who does something.
- `emails`, `names`, `slugs` clean what people type. `schema/` makes and migrates schemas.

Invariants: one bot serves one shop; a schema belongs to at most one shop; of a session's refresh
tokens only the newest opens it, an older one ends it; secrets are stored sealed or hashed.
"""
