"""Invoices: numbered without gaps, and frozen as they were issued.

Owns `invoice` and `invoice_counter`. An order has one invoice for each version of itself: after the
staff has edited it, another one may be issued. `content` is all that the document says, so that the
same file can be made of it for ever; `integrations/documents` does that.

The number is taken by the last statement before the commit, in one message with the invoice and its
step: the shop's counter is locked for no longer than that, and a rollback gives the number back.
"""
