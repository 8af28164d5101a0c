"""Files in a bucket of S3, or of anything that speaks like it.

Anonymous reading is the bucket's policy: allow it for everything but `private/*`.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kram.kit.storage.contract import (
    FileMissing,
    StorageUnavailable,
    checked_key,
    is_private,
    public_key,
)

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

T = TypeVar("T")

# Names are never used twice, so that a copy is good for ever.
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_US = "private, no-store"


class S3Storage:
    """`client` may be used by many threads; see `s3_client`."""

    def __init__(self, client: "S3Client", bucket: str, public_url: str) -> None:
        self._s3 = client
        self._bucket = bucket
        self._public_url = public_url.rstrip("/")

    async def put(self, key: str, body: bytes | BinaryIO, content_type: str) -> None:
        caching = _FOR_US if is_private(key) else _FOR_EVER
        await _in_thread(
            lambda: self._s3.put_object(
                Bucket=self._bucket,
                Key=checked_key(key),
                Body=body,
                ContentType=content_type,
                CacheControl=caching,
            )
        )

    async def get(self, key: str) -> bytes:
        return await _in_thread(lambda: self._body(key).read())

    async def open(self, key: str) -> BinaryIO:
        return await _in_thread(lambda: self._body(key))

    async def exists(self, key: str) -> bool:
        try:
            await _in_thread(
                lambda: self._s3.head_object(Bucket=self._bucket, Key=checked_key(key))
            )
        except FileMissing:
            return False
        return True

    async def delete(self, key: str) -> None:
        await _in_thread(lambda: self._s3.delete_object(Bucket=self._bucket, Key=checked_key(key)))

    async def delete_under(self, prefix: str) -> int:
        return await _in_thread(lambda: sum(map(self._delete_page, self._pages(prefix))))

    def url(self, key: str) -> str:
        return f"{self._public_url}/{public_key(key)}"

    def _body(self, key: str) -> BinaryIO:
        found = self._s3.get_object(Bucket=self._bucket, Key=checked_key(key))
        return cast(BinaryIO, found["Body"])

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        """Keys in lists of at most 1,000, which is also as many as one request may delete."""
        paginator = self._s3.get_paginator("list_objects_v2")
        for page in paginator.paginate(Bucket=self._bucket, Prefix=checked_key(prefix) + "/"):
            yield [found["Key"] for found in page.get("Contents", [])]

    def _delete_page(self, keys: list[str]) -> int:
        if keys:
            answer = self._s3.delete_objects(
                Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys]}
            )
            if answer.get("Errors"):
                raise StorageUnavailable
        return len(keys)


def s3_client(region: str, endpoint: str | None) -> "S3Client":
    """Credentials come from where boto3 looks for them: the environment, or the machine's role."""
    config = Config(
        signature_version="s3v4",
        connect_timeout=3,
        read_timeout=20,
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=20,
        # Not every store knows the checksums that newer clients add by themselves.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "virtual"},
    )
    return boto3.client("s3", region_name=region, endpoint_url=endpoint, config=config)


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileMissing from error
        raise StorageUnavailable from error
    except BotoCoreError as error:
        raise StorageUnavailable from error
