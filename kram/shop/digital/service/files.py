"""What buyers of a variant download."""

from uuid import UUID

from kram.kit.db.tx import TenantTx
from kram.kit.ids import new_id
from kram.kit.storage import PRIVATE_PREFIX
from kram.kit.text import line
from kram.shop.catalog.errors import VariantMissing
from kram.shop.catalog.models import Variant
from kram.shop.digital import queries
from kram.shop.digital.errors import FileNotKept, FileRefused, TooManyFiles
from kram.shop.digital.events import FileRemoved
from kram.shop.digital.models import DigitalFile

LARGEST_FILE_BYTES = 50 * 2**20
CONTENT_TYPE = "application/octet-stream"
"""Of every file, whatever it is: no browser shows it as a page of ours."""
MOST_FILES = 20
_LONGEST_NAME = 120


def storage_key(shop_id: UUID, file_id: UUID) -> str:
    """Nothing of it comes from whoever sent the file."""
    return f"{PRIVATE_PREFIX}digital/{shop_id}/{file_id}"


def file_name(typed: str) -> str:
    """The last part of a path, as any system may write it; never empty."""
    last = line(typed.replace("\0", "")).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    stem, dot, suffix = last.rpartition(".")
    if dot and len(suffix) <= 10:
        return f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix}"
    return last[:_LONGEST_NAME] or "file"


async def add_file(
    tx: TenantTx, variant_id: UUID, name: str, size_bytes: int, key: str
) -> DigitalFile:
    """A file that lies in the storage already. Who has bought the variant has it too.

    Raises: VariantMissing, FileRefused, TooManyFiles.
    """
    if not 0 < size_bytes <= LARGEST_FILE_BYTES:
        raise FileRefused
    if await tx.get(Variant, variant_id, lock=True) is None:
        raise VariantMissing
    if len((await queries.files_of(tx, [variant_id])).get(variant_id, [])) >= MOST_FILES:
        raise TooManyFiles
    file = DigitalFile(
        id=new_id(),
        variant_id=variant_id,
        name=file_name(name),
        size_bytes=size_bytes,
        key=key,
        created_at=tx.now,
    )
    tx.add(file)
    await tx.flush()
    return file


async def remove_file(tx: TenantTx, variant_id: UUID, file_id: UUID) -> None:
    """Nobody downloads it any more, buyers neither. Raises: FileNotKept."""
    file = await tx.get(DigitalFile, file_id, lock=True)
    if file is None or file.variant_id != variant_id or file.removed_at is not None:
        raise FileNotKept
    file.removed_at = tx.now
    tx.publish(FileRemoved(file_id=file.id, key=file.key))
