"""One delivery to a webhook."""

from dataclasses import dataclass

import httpx

from kram.app.devstack.telegram.state.records import PendingUpdate, Webhook

ANSWER_SECONDS = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)


@dataclass(frozen=True)
class Outcome:
    """How the receiver answered; `error` is in the words of getWebhookInfo."""

    is_taken: bool
    status: int = 0
    error: str | None = None
    retry_after: float | None = None
    reply: httpx.Response | None = None


async def attempt(client: httpx.AsyncClient, hook: Webhook, update: PendingUpdate) -> Outcome:
    """Posts the update; any 2xx means that it was taken."""
    headers = {"content-type": "application/json"}
    if hook.secret_token:
        headers[SECRET_HEADER] = hook.secret_token
    try:
        reply = await client.post(
            hook.url, content=bytes(update.payload), headers=headers, timeout=ANSWER_SECONDS
        )
    except httpx.TimeoutException:
        return Outcome(False, error="Read timeout expired")
    except httpx.ConnectError:
        return Outcome(False, error="Connection refused")
    except (httpx.HTTPError, httpx.InvalidURL):
        return Outcome(False, error="Connection closed")
    if reply.is_success:
        return Outcome(True, reply.status_code, reply=reply)
    return Outcome(
        False,
        reply.status_code,
        error=f"Wrong response from the webhook: {reply.status_code} {reply.reason_phrase}",
        retry_after=_seconds(reply.headers.get("retry-after")),
    )


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdigit() else None
