"""setWebhook, deleteWebhook, getWebhookInfo, getUpdates."""

from urllib.parse import urlsplit

import msgspec

from kram.app.devstack.telegram.delivery.polling import poll
from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.methods.arguments import Arguments
from kram.app.devstack.telegram.methods.call import Call, method
from kram.app.devstack.telegram.methods.markup import LOOPBACK_HOSTS
from kram.app.devstack.telegram.state.records import Bot, Webhook
from kram.app.devstack.telegram.updates import ALL_KINDS, drop_all, pending
from kram.app.devstack.telegram.wire.updates import WebhookInfo

DEFAULT_CONNECTIONS = 40
MAX_CONNECTIONS = 100
MAX_POLL_SECONDS = 50
SECRET_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


@method("setWebhook")
async def set_webhook(call: Call) -> bool:
    """The same address, secret and limits again change nothing but the kinds of updates."""
    url = call.arguments.text("url").strip()
    if not url:
        return _take_away(call)
    wanted = _wanted(call.arguments, url)
    _remember_kinds(call.bot, call.arguments)
    if call.arguments.flag("drop_pending_updates"):
        drop_all(call.telegram, call.bot.id)
    if not _is_same(call.bot.webhook, wanted):
        call.bot.webhook = wanted
        call.telegram.webhook_changed(call.bot.id)
    call.world.bots.put(call.bot)
    return True


@method("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    return _take_away(call)


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> WebhookInfo:
    hook = call.bot.webhook
    info = WebhookInfo(
        url=hook.url if hook else "",
        has_custom_certificate=False,
        pending_update_count=len(pending(call.telegram, call.bot.id)),
        allowed_updates=call.bot.allowed_updates,
    )
    if hook is not None:
        info.max_connections = hook.max_connections
        info.ip_address = hook.ip_address
        info.last_error_date = hook.last_error_date
        info.last_error_message = hook.last_error_message
    return info


@method("getUpdates")
async def get_updates(call: Call) -> list[msgspec.Raw]:
    _remember_kinds(call.bot, call.arguments)
    call.world.bots.put(call.bot)
    updates = await poll(
        call.telegram,
        call.bot,
        offset=call.arguments.integer("offset"),
        limit=min(100, max(1, call.arguments.integer("limit", 100))),
        seconds=min(MAX_POLL_SECONDS, call.arguments.integer("timeout")),
    )
    return [update.payload for update in updates]


def _take_away(call: Call) -> bool:
    call.bot.webhook = None
    if call.arguments.flag("drop_pending_updates"):
        drop_all(call.telegram, call.bot.id)
    call.world.bots.put(call.bot)
    call.telegram.webhook_changed(call.bot.id)
    return True


def _wanted(arguments: Arguments, url: str) -> Webhook:
    _check_url(url)
    secret = arguments.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not SECRET_LETTERS.issuperset(secret):
        raise bad_request("secret token contains unallowed characters")
    limit = arguments.integer("max_connections", DEFAULT_CONNECTIONS)
    return Webhook(
        url=url,
        secret_token=secret,
        max_connections=min(MAX_CONNECTIONS, max(1, limit)),
        ip_address=arguments.text("ip_address") or None,
    )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: Invalid webhook URL specified")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")


def _is_same(current: Webhook | None, wanted: Webhook) -> bool:
    return current is not None and (
        (current.url, current.secret_token, current.max_connections)
        == (wanted.url, wanted.secret_token, wanted.max_connections)
    )


def _remember_kinds(bot: Bot, arguments: Arguments) -> None:
    """An omitted list keeps the old one; an empty list means all but three kinds."""
    if not arguments.has("allowed_updates"):
        return
    kinds = arguments.struct("allowed_updates", list[str], "allowed updates")
    known = [kind for kind in kinds or [] if kind in ALL_KINDS]
    bot.allowed_updates = known or None
