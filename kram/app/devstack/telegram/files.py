"""Files: bytes kept under the data folder, photos in the sizes Telegram makes of them."""

import io
import mimetypes
import secrets
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from kram.app.devstack.telegram.errors import bad_request
from kram.app.devstack.telegram.state.records import StoredFile
from kram.app.devstack.telegram.state.world import World
from kram.app.devstack.telegram.wire.media import Document, PhotoSize

PHOTO_SIDES = (90, 320, 800, 1280)
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024


class FileStore:
    """Stores bytes once and finds them by their file id."""

    def __init__(self, world: World, folder: Path | None) -> None:
        self._world = world
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    def add_photo(self, content: bytes) -> list[PhotoSize]:
        """Keeps a photo in all its sizes, smallest first. Raises Telegram's refusals."""
        image = _open_image(content)
        sizes = [self._add_size(image, side) for side in _sides(image)]
        for size in sizes:
            size.siblings = [other.file_id for other in sizes]
            self._world.files.put(size)
        return [_photo_size(size) for size in sizes]

    def add_document(self, content: bytes, name: str | None) -> Document:
        """Keeps a file as it is."""
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > MAX_DOCUMENT_BYTES:
            raise bad_request("Request Entity Too Large")
        guessed = mimetypes.guess_type(name or "")[0] or "application/octet-stream"
        suffix = Path(name or "file").suffix
        stored = self._keep("documents", content, guessed, suffix)
        stored.name = name
        self._world.files.put(stored)
        return _document(stored)

    def photo(self, file_id: str) -> list[PhotoSize] | None:
        """A photo already kept, or None when no photo has this id."""
        stored = self._world.files.get(file_id)
        if stored is None or not stored.siblings:
            return None
        return [_photo_size(self._world.files[sibling]) for sibling in stored.siblings]

    def document(self, file_id: str) -> Document | None:
        stored = self._world.files.get(file_id)
        return None if stored is None or stored.siblings else _document(stored)

    def read(self, path: str) -> tuple[StoredFile, bytes] | None:
        """The file at a `file_path` of getFile."""
        stored = next((file for file in self._world.files if file.path == path), None)
        if stored is None:
            return None
        if self._folder is None:
            return stored, self._memory[stored.unique_id]
        return stored, (self._folder / stored.unique_id).read_bytes()

    def _add_size(self, image: Image.Image, side: int) -> StoredFile:
        copy = image.copy()
        copy.thumbnail((side, side))
        buffer = io.BytesIO()
        copy.save(buffer, "JPEG", quality=87)
        stored = self._keep("photos", buffer.getvalue(), "image/jpeg", ".jpg")
        stored.width, stored.height = copy.size
        return stored

    def _keep(self, kind: str, content: bytes, mime_type: str, suffix: str) -> StoredFile:
        unique_id = secrets.token_urlsafe(12)
        if self._folder is None:
            self._memory[unique_id] = content
        else:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            (self._folder / unique_id).write_bytes(content)
        return StoredFile(
            file_id=secrets.token_urlsafe(54),
            unique_id=unique_id,
            path=f"{kind}/file_{sum(1 for _ in self._world.files)}_{unique_id}{suffix}",
            size=len(content),
            mime_type=mime_type,
        )


def _open_image(content: bytes) -> Image.Image:
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > MAX_PHOTO_BYTES:
        raise bad_request("file is too big for a photo; the maximum size is 10 MB")
    try:
        image = Image.open(io.BytesIO(content))
        width, height = image.size
        if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(
            width, height
        ):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return _on_white(image)
    except (UnidentifiedImageError, OSError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error


def _on_white(image: Image.Image) -> Image.Image:
    """Telegram's photos have no transparency."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")


def _sides(image: Image.Image) -> list[int]:
    longest = max(image.size)
    smaller = [side for side in PHOTO_SIDES if side < longest]
    return [*smaller, min(longest, PHOTO_SIDES[-1])] if len(smaller) < len(PHOTO_SIDES) else smaller


def _photo_size(stored: StoredFile) -> PhotoSize:
    return PhotoSize(
        file_id=stored.file_id,
        file_unique_id=stored.unique_id,
        file_size=stored.size,
        width=stored.width or 0,
        height=stored.height or 0,
    )


def _document(stored: StoredFile) -> Document:
    return Document(
        file_id=stored.file_id,
        file_unique_id=stored.unique_id,
        file_size=stored.size,
        file_name=stored.name,
        mime_type=stored.mime_type,
    )
