"""Outgoing webhooks by Standard Webhooks: an event once per endpoint, signed, visible, replayable.

Tables: `webhook_endpoint` (address, sealed secret), `webhook_delivery` (one event for one
endpoint), `webhook_attempt` (what each attempt met).
Invariants: a delivery row commits before anything is sent; `webhook-id` is the event's id on every
attempt and every replay; a long wait is a row with its moment, never a sleeping process; a shop has
at most 20 endpoints.
Events in: every public event of the shop. Events out: `webhook.attempt_due.v1`, a timer of ours
that no endpoint receives.
"""
