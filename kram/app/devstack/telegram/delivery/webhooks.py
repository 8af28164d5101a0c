"""Webhooks: each queue of a bot delivers its first update until that one is taken.

Figures after https://github.com/tdlib/telegram-bot-api (WebhookActor): a failed update is tried
again at once, then after 2, 4, 8 … 64 seconds, then every 60–120; an answer may ask for another
wait; while nothing gets through, one connection is used.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import structlog

from kram.app.devstack.telegram.delivery.attempt import Outcome, attempt
from kram.app.devstack.telegram.delivery.backoff import Backoff
from kram.app.devstack.telegram.delivery.replies import call_in_reply
from kram.app.devstack.telegram.state.records import Bot, PendingUpdate
from kram.app.devstack.telegram.telegram import Telegram
from kram.app.devstack.telegram.updates import pending

FAILING_SECONDS = 10.0
GONE_SECONDS = 23 * 3_600

log = structlog.get_logger(__name__)


class Sender:
    """Delivers the updates of one bot: queues in parallel, each in its order."""

    def __init__(self, telegram: Telegram, bot_id: int, client: httpx.AsyncClient) -> None:
        self._telegram = telegram
        self._bot_id = bot_id
        self._client = client
        self._queues: dict[str, asyncio.Task[None]] = {}
        self._connections = asyncio.Condition()
        self._in_use = 0
        self._failing_since: float | None = None

    def wake(self) -> None:
        """Starts a task for every queue that has updates and no task yet."""
        bot = self._telegram.world.bots.get(self._bot_id)
        if bot is None or bot.webhook is None:
            return
        for queue in {update.queue for update in pending(self._telegram, self._bot_id)}:
            if queue not in self._queues:
                self._start(queue, self._drain(queue))

    def stop(self) -> None:
        for task in list(self._queues.values()):
            task.cancel()
        self._queues.clear()

    def _start(self, queue: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._queues[queue] = task
        task.add_done_callback(lambda ended: self._ended(queue, ended))

    def _ended(self, queue: str, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._queues.get(queue) is not task:
            return
        del self._queues[queue]
        if task.exception() is not None:
            log.error("delivery failed", bot_id=self._bot_id, exc_info=task.exception())
        else:
            self.wake()  # what came after its last look and before this found the queue taken

    async def _drain(self, queue: str) -> None:
        backoff = Backoff()
        while True:
            bot = self._telegram.world.bots.get(self._bot_id)
            update = self._head(queue)
            if bot is None or bot.webhook is None or update is None:
                return
            outcome = await self._deliver(bot, update)
            if outcome.is_taken:
                backoff = Backoff()
            else:
                await asyncio.sleep(backoff.next_seconds(outcome.retry_after))

    def _head(self, queue: str) -> PendingUpdate | None:
        waiting = pending(self._telegram, self._bot_id)
        return next((update for update in waiting if update.queue == queue), None)

    async def _deliver(self, bot: Bot, update: PendingUpdate) -> Outcome:
        assert bot.webhook is not None
        async with self._connections:
            await self._connections.wait_for(self._has_free_connection)
            self._in_use += 1
        try:
            outcome = await attempt(self._client, bot.webhook, update)
        finally:
            async with self._connections:
                self._in_use -= 1
                self._connections.notify_all()
        await self._settle(bot, update, outcome)
        return outcome

    def _has_free_connection(self) -> bool:
        bot = self._telegram.world.bots.get(self._bot_id)
        limit = bot.webhook.max_connections if bot and bot.webhook else 1
        since = self._failing_since
        if since is not None and self._telegram.clock() - since > FAILING_SECONDS:
            limit = 1
        return self._in_use < limit

    async def _settle(self, bot: Bot, update: PendingUpdate, outcome: Outcome) -> None:
        if outcome.is_taken:
            self._failing_since = None
            self._telegram.world.updates.drop(update.key)
            if bot.webhook is not None and bot.webhook.gone_since is not None:
                bot.webhook.gone_since = None
            await call_in_reply(self._telegram, bot, outcome.reply)
            return
        if self._failing_since is None:
            self._failing_since = self._telegram.clock()
        self._write_down(bot, outcome)

    def _write_down(self, bot: Bot, outcome: Outcome) -> None:
        """Keeps the error for getWebhookInfo; 410 for 23 hours takes the webhook away."""
        hook = bot.webhook
        if hook is None:
            return
        hook.last_error_date = self._telegram.now
        hook.last_error_message = outcome.error
        if outcome.status != httpx.codes.GONE:
            hook.gone_since = None
        elif hook.gone_since is None:
            hook.gone_since = self._telegram.clock()
        elif self._telegram.clock() - hook.gone_since > GONE_SECONDS:
            bot.webhook = None
        self._telegram.world.bots.put(bot)


class Postman:
    """The senders of all bots that have a webhook."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._clients: dict[int, httpx.AsyncClient] = {}
        self._senders: dict[int, Sender] = {}
        telegram.update_listeners.append(self._wake)
        telegram.webhook_listeners.append(self._renew)

    def start(self) -> None:
        """Goes on with what an earlier run left."""
        for bot in self._telegram.world.bots:
            self._renew(bot.id)

    async def close(self) -> None:
        for sender in self._senders.values():
            sender.stop()
        for client in self._clients.values():
            await client.aclose()

    def _wake(self, bot_id: int) -> None:
        sender = self._senders.get(bot_id)
        if sender is not None:
            sender.wake()

    def _renew(self, bot_id: int) -> None:
        """A webhook was set, changed or taken away."""
        if bot_id in self._senders:
            self._senders.pop(bot_id).stop()
        bot = self._telegram.world.bots.get(bot_id)
        if bot is not None and bot.webhook is not None:
            self._senders[bot_id] = Sender(self._telegram, bot_id, self._client(bot_id))
            self._senders[bot_id].wake()

    def _client(self, bot_id: int) -> httpx.AsyncClient:
        """One per bot: looking for a free connection costs more with every open one."""
        if bot_id not in self._clients:
            self._clients[bot_id] = httpx.AsyncClient(
                trust_env=False, verify=self._tls, limits=httpx.Limits(max_connections=None)
            )
        return self._clients[bot_id]
