"""Open launches of Mini Apps, by the query id in their init data."""

import secrets


class WebAppQueries:
    """Which query id belongs to which launch, for answerWebAppQuery."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, int]] = {}

    def open(self, bot_id: int, person_id: int) -> str:
        query_id = "AAH" + secrets.token_urlsafe(12)
        self._open[query_id] = (bot_id, person_id)
        return query_id

    def take(self, bot_id: int, query_id: str) -> int | None:
        """The person whose launch it was; each query is answered once."""
        bot, person = self._open.get(query_id, (0, 0))
        if bot != bot_id:
            return None
        del self._open[query_id]
        return person
