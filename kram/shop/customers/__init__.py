"""Who buys.

Owns `customer`: a person as this shop knows them. The same Telegram user is another customer in
another shop, and nothing leads from one to the other.

Invariants: one row per Telegram id, however many sign-ins arrive at once; `can_message` becomes
true only when the person allowed it, and false when Telegram says that they blocked the bot; what
a person typed or chose (name, phone, language) is not overwritten by what Telegram tells.

Events: none.
"""
