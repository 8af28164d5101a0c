"""The chat in which bots are made, and their tokens given, in our own words.

It is a bot like any other: it reads its updates and answers through the Bot API, only without
the network between. `conversation.py` says what to answer, `service.py` reads and sends.
"""
