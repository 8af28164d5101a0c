"""answerCallbackQuery."""

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.call import Call, method

MAX_ANSWER = 200


@method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    """Ends the button's waiting; a text shows as a notice, or as an alert."""
    text = call.arguments.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {
        "text": text,
        "show_alert": call.arguments.flag("show_alert"),
        "url": call.arguments.text("url"),
    }
    query_id = call.arguments.text("callback_query_id")
    call.telegram.questions.answer("callback", call.bot.id, query_id, answer)
    return True
