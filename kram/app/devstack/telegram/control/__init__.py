"""The powers of the simulator over HTTP, under `/_control/`: for tests, the seed and the page.

Who may: requests that name this machine as their host and do not come from a foreign page
(`guard.py`). Bodies and answers are JSON; a person, bot or chat that is not there is a 404, what
Telegram would not let a person do is a 409, both with `{"error": …}`.
"""
