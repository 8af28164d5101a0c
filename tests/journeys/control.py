"""The simulator's control API, for what happens off the pages."""

from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Control:
    """`url` is the simulator's."""

    url: str

    async def post(self, path: str, **content: Any) -> Any:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            answer = await http.post(f"/_control/{path}", json=content)
        assert answer.is_success, answer.text
        return answer.json()

    async def get(self, path: str, **query: Any) -> Any:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as http:
            answer = await http.get(f"/_control/{path}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def new_person(self, name: str, language: str = "uk") -> int:
        person = await self.post("people", first_name=name, language_code=language)
        return int(person["id"])

    async def person(self, name: str) -> int:
        """Somebody who was made on the page."""
        (found,) = [each for each in await self.get("people") if each["first_name"] == name]
        return int(found["id"])

    async def texts(self, user_id: int, title: str) -> list[str]:
        """All that was said in the chat with this title on the person's phone, oldest first."""
        chats = await self.get("chats", user_id=user_id)
        (key,) = [chat["key"] for chat in chats if chat["title"] == title]
        messages = await self.get("messages", chat=key)
        return [message["text"] for message in messages if "text" in message]
