"""Pictures from strangers: what comes in is decoded within limits, what is kept was drawn by us.

Everything but the pixels is dropped: place and camera (EXIF), comments, and whatever else a file
may be at the same time (HTML, ZIP, script).
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms
from PIL.Image import Resampling, Transpose

from kram.kit.errors import AppError, Kind
from kram.kit.messages import gettext_noop
from kram.kit.storage import Storage

WIDTHS = (320, 640, 1280)
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000  # a phone's best camera; only JPEG can be decoded smaller than it is
MAX_PIXELS_DECODED_WHOLE = 25_000_000
CONTENT_TYPE = "image/webp"
AVIF_TYPE = "image/avif"

_MOST_SCANS = 100  # a progressive JPEG has about ten; thousands keep a decoder busy for minutes
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_TALLEST = 4  # heights a width: a strip of a picture is cut down to what WebP can hold
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_SRGB = ImageCms.createProfile("sRGB")

# Pillow only warns between one and two times its own limit; ours is exact and is checked below.
Image.MAX_IMAGE_PIXELS = None

# Two at a time bound the memory that decoding may take.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")


class PictureTooLarge(AppError):
    code = "picture_too_large"
    kind = Kind.TOO_LARGE
    title = gettext_noop("The picture is too large: send a smaller one")


class PictureUnreadable(AppError):
    code = "picture_unreadable"
    kind = Kind.INVALID
    title = gettext_noop("Send a JPEG, PNG, WebP, GIF or AVIF picture")


@dataclass(frozen=True, slots=True)
class Picture:
    """`width` and `height` are those of the widest version. `versions` holds WebP for every one of
    WIDTHS; a small picture is not blown up, its versions are merely equal."""

    width: int
    height: int
    versions: Mapping[int, bytes]


async def prepare_picture(upload: bytes) -> Picture:
    """Raises: PictureTooLarge, PictureUnreadable."""
    if len(upload) > MAX_BYTES:
        raise PictureTooLarge
    return await asyncio.get_running_loop().run_in_executor(_threads, _prepare, upload)


async def store_picture(storage: Storage, key: str, picture: Picture) -> None:
    """Stores `key/320.webp`, `key/640.webp` and so on; `picture_key` names one of them."""
    for width, content in picture.versions.items():
        await storage.put(picture_key(key, width), content, CONTENT_TYPE)


def picture_key(key: str, width: int) -> str:
    return f"{key}/{width}.webp"


def avif_key(key: str, width: int) -> str:
    return f"{key}/{width}.avif"


async def store_avif(storage: Storage, key: str) -> None:
    """Puts an AVIF beside every WebP that `store_picture` stored, drawn from the widest.

    Slow (a second of a core): for a worker, not for a request. Raises: FileMissing.
    """
    widest = await storage.get(picture_key(key, WIDTHS[-1]))
    loop = asyncio.get_running_loop()
    for width, content in (await loop.run_in_executor(_threads, _avifs, widest)).items():
        await storage.put(avif_key(key, width), content, AVIF_TYPE)


def _avifs(webp: bytes) -> dict[int, bytes]:
    with Image.open(BytesIO(webp), formats=("WEBP",)) as source:
        shown = source.convert("RGBA" if source.has_transparency_data else "RGB")
    made = {}
    for width in sorted(WIDTHS, reverse=True):
        shown = _narrowed(shown, width)
        target = BytesIO()
        shown.save(target, "AVIF", quality=60, speed=7, max_threads=1)
        made[width] = target.getvalue()
    return made


def _prepare(upload: bytes) -> Picture:
    try:
        return _drawn(upload)
    except AppError:
        raise
    except Exception as error:  # decoders fail in every way there is on files made to break them
        raise PictureUnreadable from error


def _drawn(upload: bytes) -> Picture:
    with Image.open(BytesIO(upload), formats=_FORMATS) as source:
        _check_effort(source, upload)
        source.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))  # JPEG: decodes a smaller picture
        orientation = _orientation(source)
        flat = _in_srgb(source)
    upright = flat.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else flat
    versions, shown = {}, upright
    for width in sorted(WIDTHS, reverse=True):
        shown = _narrowed(shown, width)
        versions[width] = _webp(shown)
        if width == WIDTHS[-1]:
            widest = shown.size
    return Picture(*widest, versions=versions)


def _check_effort(source: Image.Image, upload: bytes) -> None:
    is_jpeg = source.format == "JPEG"
    most = MAX_PIXELS if is_jpeg else MAX_PIXELS_DECODED_WHOLE
    if source.width * source.height > most:
        raise PictureTooLarge
    if is_jpeg and upload.count(b"\xff\xda") > _MOST_SCANS:
        raise PictureUnreadable


def _orientation(source: Image.Image) -> int:
    with suppress(Exception):  # a broken EXIF block is no reason to refuse a picture
        return int(source.getexif().get(_ORIENTATION, 1))
    return 1


def _in_srgb(source: Image.Image) -> Image.Image:
    """The first frame's pixels as RGB or RGBA, in the colours that every screen assumes."""
    mode = "RGBA" if source.has_transparency_data else "RGB"
    profile = source.info.get("icc_profile")
    pixels = source.convert(mode) if source.mode != "CMYK" or not profile else source
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            converted = ImageCms.profileToProfile(
                pixels, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB, outputMode=mode
            )
            if converted is not None:
                return converted
    return pixels.convert(mode)


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    scale = min(1.0, width / picture.width, _TALLEST * width / picture.height)
    if scale == 1.0:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Resampling.LANCZOS, reducing_gap=2.0)


def _webp(picture: Image.Image) -> bytes:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)  # without what the file said beside its pixels
    target = BytesIO()
    bare.save(target, "WEBP", quality=80, method=4)
    return target.getvalue()
