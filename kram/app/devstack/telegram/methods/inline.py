"""Inline results: answered, prepared for sharing, sent out of a Mini App."""

import secrets
from typing import Any

from kram.app.devstack.telegram.chats import private_chat
from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.inline_results import check_result, send_result
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.questions import TOO_OLD
from kram.app.devstack.telegram.state.records import PreparedMessage

MAX_RESULTS = 50
PREPARED_SECONDS = 600


@method("answerInlineQuery")
async def answer_inline_query(call: Call) -> bool:
    results: list[Any] = call.arguments.struct("results", list[Any], "inline query results") or []
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    checked = [check_result(result) for result in results]
    query_id = call.arguments.required_text("inline_query_id")
    call.telegram.questions.answer("inline", call.bot.id, query_id, {"results": checked})
    return True


@method("savePreparedInlineMessage")
async def save_prepared_inline_message(call: Call) -> dict[str, Any]:
    person_id = call.arguments.integer("user_id")
    if person_id not in call.world.people:
        raise bad_request("USER_ID_INVALID")
    prepared = call.world.prepared.put(
        PreparedMessage(
            id=secrets.token_urlsafe(16),
            bot_id=call.bot.id,
            person_id=person_id,
            result=check_result(call.arguments.parsed("result", "InlineQueryResult")),
            expires_at=call.telegram.now + PREPARED_SECONDS,
        )
    )
    return {"id": prepared.id, "expiration_date": prepared.expires_at}


@method("answerWebAppQuery")
async def answer_web_app_query(call: Call) -> dict[str, str]:
    """Sends into the private chat from which the Mini App was opened."""
    query_id = call.arguments.required_text("web_app_query_id")
    result = check_result(call.arguments.parsed("result", "InlineQueryResult"))
    person_id = call.telegram.web_app_queries.take(call.bot.id, query_id)
    if person_id is None:
        raise bad_request(TOO_OLD)
    person = call.world.people[person_id]
    chat = private_chat(call.world, call.bot, person_id)
    await send_result(call.telegram, call.bot, person, chat, result)
    return {"inline_message_id": secrets.token_urlsafe(20)}
