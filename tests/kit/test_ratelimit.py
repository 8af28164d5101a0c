import asyncio

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from kram.kit.errors import Kind
from kram.kit.ratelimit import TokenBucket, TooManyRequests

pytestmark = pytest.mark.anyio

SLOW = TokenBucket("slow", capacity=3, per_seconds=3600)


async def test_a_full_bucket_gives_its_capacity_and_no_more(valkey: Redis) -> None:
    allowances = [await SLOW.try_take(valkey, "a") for _ in range(5)]
    assert [one.is_allowed for one in allowances] == [True, True, True, False, False]
    assert [one.left for one in allowances] == [2, 1, 0, 0, 0]
    assert 1190 < allowances[-1].retry_after_seconds <= 1200


async def test_everyone_has_a_bucket_of_their_own(valkey: Redis) -> None:
    for _ in range(3):
        await SLOW.take(valkey, "a")
    await SLOW.take(valkey, "b")
    await TokenBucket("other", capacity=3, per_seconds=3600).take(valkey, "a")
    with pytest.raises(TooManyRequests):
        await SLOW.take(valkey, "a")


async def test_a_refusal_says_when_to_come_back(valkey: Redis) -> None:
    await SLOW.take(valkey, "a", cost=3)
    with pytest.raises(TooManyRequests, match="wait 1200 seconds") as refused:
        await SLOW.take(valkey, "a")
    assert (refused.value.kind, refused.value.extra) == (Kind.LIMITED, {"retry_after": 1200})


async def test_a_bucket_refills_evenly(valkey: Redis) -> None:
    quick = TokenBucket("quick", capacity=10, per_seconds=1)
    for _ in range(10):
        await quick.take(valkey, "a")
    refused = await quick.try_take(valkey, "a")
    assert not refused.is_allowed
    await asyncio.sleep(refused.retry_after_seconds)
    assert (await quick.try_take(valkey, "a")).is_allowed


async def test_a_hundred_at_once_get_exactly_the_capacity(valkey: Redis) -> None:
    bucket = TokenBucket("race", capacity=20, per_seconds=3600)
    allowances = await asyncio.gather(*(bucket.try_take(valkey, "a") for _ in range(100)))
    assert sum(one.is_allowed for one in allowances) == 20


async def test_an_expensive_request_takes_more(valkey: Redis) -> None:
    assert (await SLOW.try_take(valkey, "a", cost=2)).left == 1
    assert not (await SLOW.try_take(valkey, "a", cost=2)).is_allowed
    assert (await SLOW.try_take(valkey, "a", cost=1)).is_allowed


async def test_keys_are_hashed_and_forgotten(valkey: Redis) -> None:
    await TokenBucket("short", capacity=1, per_seconds=60).take(valkey, "olena@example.com")
    (key,) = await valkey.keys("*")
    assert b"olena" not in key
    assert 0 < await valkey.pttl(key) <= 60_000


async def test_without_valkey_everything_is_allowed_and_it_is_logged() -> None:
    away = Redis.from_url(
        "redis://127.0.0.1:9/0", socket_connect_timeout=0.2, retry_on_timeout=False
    )
    with capture_logs() as lines:
        await SLOW.take(away, "a", cost=100)
    await away.aclose()
    assert [line["event"] for line in lines] == ["limit not enforced"]
