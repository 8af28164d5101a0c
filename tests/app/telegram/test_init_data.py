"""Init data: what Telegram signs, judged by another's code and by Ed25519 itself."""

import base64
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from aiogram.utils.web_app import check_webapp_signature, safe_parse_webapp_init_data
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.app.telegram.conftest import Simulator, Town

pytestmark = pytest.mark.anyio
APP = "http://127.0.0.1:1/m/kvitka?theme=1"


async def launched(simulator: Simulator, town: Town, **how: Any) -> dict[str, str]:
    opened: dict[str, str] = await simulator.control(
        "launch", bot=town.bot_id, user_id=town.user_id, url=APP, **how
    )
    return opened


def verify(public_key: str, bot_id: int, init_data: str) -> None:
    fields = dict(parse_qsl(init_data, strict_parsing=True))
    signature = base64.urlsafe_b64decode(fields.pop("signature") + "==")
    del fields["hash"]
    pairs = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    key.verify(signature, f"{bot_id}:WebAppData\n{pairs}".encode())


async def test_aiogram_accepts_the_hash_for_this_bot_only(simulator: Simulator, town: Town) -> None:
    signed = (await launched(simulator, town))["init_data"]
    assert check_webapp_signature(town.token, signed)
    assert not check_webapp_signature(f"{town.bot_id}:{'A' * 35}", signed)
    assert not check_webapp_signature(town.token, signed.replace("olena", "ivan0"))
    user = safe_parse_webapp_init_data(town.token, signed).user
    assert user is not None
    assert (user.id, user.first_name, user.language_code) == (town.user_id, "Олена", "uk")
    assert user.allows_write_to_pm is True


async def test_the_signature_holds_under_the_public_key(simulator: Simulator, town: Town) -> None:
    key = (await simulator.look("public-key"))["public_key"]
    signed = (await launched(simulator, town))["init_data"]
    verify(key, town.bot_id, signed)
    with pytest.raises(InvalidSignature):
        verify(key, town.bot_id + 1, signed)
    with pytest.raises(InvalidSignature):
        verify(key, town.bot_id, signed.replace("olena", "ivan0"))


async def test_slashes_in_names_are_escaped_and_letters_are_not(
    simulator: Simulator, town: Town
) -> None:
    person = await simulator.control("people", first_name="Іва/н + ?", language_code="uk")
    opened = await simulator.control("launch", bot=town.bot_id, user_id=person["id"], url=APP)
    assert check_webapp_signature(town.token, opened["init_data"])
    user = dict(parse_qsl(opened["init_data"]))["user"]
    assert '"first_name":"Іва\\/н + ?"' in user
    assert "allows_write_to_pm" not in msgspec.json.decode(user)


async def test_a_direct_link_carries_its_parameter_and_a_button_a_query(
    simulator: Simulator, town: Town
) -> None:
    by_button = dict(parse_qsl((await launched(simulator, town))["init_data"]))
    assert {"query_id", "user", "auth_date", "signature", "hash"} == set(by_button)
    opened = await launched(simulator, town, start_param="p_sku-1")
    by_link = dict(parse_qsl(opened["init_data"]))
    assert {"chat_type", "chat_instance", "start_param"} <= set(by_link)
    assert (by_link["start_param"], "query_id" in by_link) == ("p_sku-1", False)
    assert urlsplit(opened["url"]).query == "theme=1&tgWebAppStartParam=p_sku-1"


async def test_age_moves_auth_date_both_ways(simulator: Simulator, town: Town) -> None:
    now = simulator.telegram.now
    for age in (90_000, -300):
        signed = (await launched(simulator, town, age_seconds=age))["init_data"]
        assert abs(int(dict(parse_qsl(signed))["auth_date"]) - (now - age)) <= 2
        assert check_webapp_signature(town.token, signed)


async def test_the_address_carries_what_the_client_puts_there(
    simulator: Simulator, town: Town
) -> None:
    opened = await launched(simulator, town, color_scheme="dark", platform="android")
    values = dict(parse_qsl(urlsplit(opened["url"]).fragment))
    assert values["tgWebAppData"] == opened["init_data"]
    assert (values["tgWebAppVersion"], values["tgWebAppPlatform"]) == ("9.6", "android")
    assert msgspec.json.decode(values["tgWebAppThemeParams"])["bg_color"] == "#18222d"


async def test_a_keyboard_button_gives_no_init_data(simulator: Simulator, town: Town) -> None:
    assert (await launched(simulator, town, keyboard_button=True))["init_data"] == ""


async def test_a_query_is_answered_once_with_a_message(simulator: Simulator, town: Town) -> None:
    query = dict(parse_qsl((await launched(simulator, town))["init_data"]))["query_id"]
    result = {
        "type": "article",
        "id": "1",
        "title": "Троянда",
        "input_message_content": {"message_text": "<b>Троянда</b>", "parse_mode": "HTML"},
    }
    answer = {"web_app_query_id": query, "result": result}
    assert (await simulator.call(town.token, "answerWebAppQuery", **answer))["ok"]
    assert not (await simulator.call(town.token, "answerWebAppQuery", **answer))["ok"]
    last = (await simulator.look("messages", chat=town.chat))[-1]
    assert (last["text"], last["via_bot"]["id"], last["from"]["id"]) == (
        "Троянда",
        town.bot_id,
        town.user_id,
    )
