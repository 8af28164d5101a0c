"""The way out to Telegram, shared by the bots' process and by the workers that notify.

`client.py` calls the Bot API over one session for all bots and one more that is kept for checkout
answers · `errors.py` what a failed call means for us · `throttle.py` Telegram's limits per bot and
chat, kept in Valkey · `bots.py` the shops' bots, their tokens opened · `refusals.py` what follows
from a refused token · `settings.py` what a merchant chose for their bot · `texts.py` messages
from templates · `links.py` addresses that open the Mini App · `connector.py` proves a pasted token.

`client.py`, `bots.py` and what imports them load aiogram, which costs a process about 170 MB and
3 s: the web process imports none of them (`connector.py`, `links.py` and `settings.py` it may).
"""
