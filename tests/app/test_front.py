"""The bare address of the web process."""

import httpx
import pytest

from kram.app.process import open_core
from kram.app.settings import Settings
from kram.app.web import open_app

pytestmark = pytest.mark.anyio

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


async def test_a_browser_is_led_to_the_dashboard_and_a_program_is_not(settings: Settings) -> None:
    async with open_core(settings) as core, open_app(core) as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://kram.test") as http:
            person = await http.get("/", headers={"accept": BROWSER})
            looked = await http.head("/", headers={"accept": BROWSER})
            program = await http.get("/", headers={"accept": "application/json"})
            sign_in = await http.get(person.headers["location"], follow_redirects=True)
    assert (person.status_code, person.headers["location"]) == (303, "/dashboard")
    assert (person.headers["vary"], looked.status_code) == ("accept", 303)
    assert (program.status_code, program.json()["code"]) == (404, "not_found")
    assert program.headers["content-type"] == "application/problem+json"
    assert sign_in.status_code == 200
