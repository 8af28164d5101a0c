"""What invoices keep about people, as `Holder`.

An issued invoice stays as it was issued, buyer and all: the law on bookkeeping asks for it, and
excepts it from the right to be forgotten (GDPR, article 17, 3b). It is not shown with the person.
"""

from kram.shop.customers.holder import Holder

HOLDER = Holder(tables=frozenset({"invoice"}))
