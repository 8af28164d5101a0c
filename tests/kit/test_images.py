import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from kram.kit.errors import AppError
from kram.kit.images import (
    MAX_BYTES,
    Picture,
    PictureTooLarge,
    PictureUnreadable,
    _prepare,
    picture_key,
    prepare_picture,
    store_picture,
)
from kram.kit.storage.local import LocalStorage

pytestmark = pytest.mark.anyio


def saved(picture: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    target = BytesIO()
    picture.save(target, format_, **options)
    return target.getvalue()


def corners(width: int = 40, height: int = 20) -> Image.Image:
    """Red, green, blue and white quarters: tells every turn from every other."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height // 2))
    picture.paste("lime", (width // 2, 0, width, height // 2))
    picture.paste("blue", (0, height // 2, width // 2, height))
    return picture


def opened(picture: Picture, width: int = 1280) -> Image.Image:
    return Image.open(BytesIO(picture.versions[width]), formats=["WEBP"])


def is_close(pixel: Any, color: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, color, strict=True))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
async def test_every_format_becomes_webp_of_every_width(format_: str) -> None:
    picture = await prepare_picture(saved(corners(2000, 1000), format_))
    assert (picture.width, picture.height) == (1280, 640)
    sizes = {width: opened(picture, width).size for width in picture.versions}
    assert sizes == {320: (320, 160), 640: (640, 320), 1280: (1280, 640)}
    for width in picture.versions:
        shown = opened(picture, width).convert("RGB")
        assert is_close(shown.getpixel((5, 5)), (255, 0, 0))
        assert is_close(shown.getpixel((shown.width - 5, shown.height - 5)), (255, 255, 255))


async def test_a_small_picture_is_not_blown_up() -> None:
    picture = await prepare_picture(saved(corners(400, 200)))
    assert {width: opened(picture, width).size for width in picture.versions} == {
        320: (320, 160),
        640: (400, 200),
        1280: (400, 200),
    }


@pytest.mark.parametrize("size", [(1, 1), (3, 9000), (9000, 3)])
async def test_strange_shapes_fit(size: tuple[int, int]) -> None:
    picture = await prepare_picture(saved(Image.new("RGB", size)))
    for width in picture.versions:
        shown = opened(picture, width)
        assert 1 <= shown.width <= width
        assert 1 <= shown.height <= 4 * width


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_the_cameras_turn_is_applied(orientation: int) -> None:
    upright = corners(64, 32)
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = upright.transpose(undo) if undo is not None else upright
    shown = opened(await prepare_picture(saved(turned, "JPEG", exif=exif, quality=95)))
    assert shown.size == (64, 32)
    assert is_close(shown.convert("RGB").getpixel((8, 8)), (255, 0, 0))
    assert is_close(shown.convert("RGB").getpixel((56, 8)), (0, 255, 0))


async def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "canary camera"
    exif.get_ifd(0x8825)[1] = "N"
    jpeg = (
        saved(corners(), "JPEG", exif=exif, comment=b"canary comment") + b"<script>canary</script>"
    )
    notes = PngImagePlugin.PngInfo()
    notes.add_text("canary", "canary text")
    for upload in (jpeg, saved(corners(), "PNG", pnginfo=notes)):
        picture = await prepare_picture(upload)
        for content in picture.versions.values():
            assert b"canary" not in content
            assert not Image.open(BytesIO(content)).getexif()


async def test_transparency_stays() -> None:
    clear = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    palette = corners().quantize(4)
    palette.info["transparency"] = 0
    for upload in (saved(clear), saved(palette, "GIF", transparency=0)):
        assert opened(await prepare_picture(upload)).mode == "RGBA"


async def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (50, 50), color) for color in ("red", "blue")]
    for format_ in ("GIF", "WEBP", "PNG"):
        upload = saved(frames[0], format_, save_all=True, append_images=frames[1:], duration=100)
        shown = opened(await prepare_picture(upload))
        assert is_close(shown.convert("RGB").getpixel((25, 25)), (255, 0, 0))
        assert getattr(shown, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
async def test_unusual_modes_are_drawn(mode: str) -> None:
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    picture = Image.new(mode, (30, 30)) if mode != "P" else corners().quantize(4)
    assert opened(await prepare_picture(saved(picture, format_))).size[0] in (30, 40)


async def test_a_colour_profile_is_applied_and_dropped() -> None:
    profiles = [b"not a profile"] + [
        ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()
        for space in ("sRGB", "LAB")
    ]
    for profile in profiles:
        upload = saved(corners(), "JPEG", icc_profile=profile)
        shown = opened(await prepare_picture(upload))
        assert shown.size == (40, 20)
        assert is_close(shown.convert("RGB").getpixel((8, 4)), (255, 0, 0))
        assert "icc_profile" not in shown.info


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"BM" + bytes(60),
        saved(corners(), "BMP"),
        saved(corners(), "TIFF"),
        saved(corners(), "PNG")[:60],
        saved(corners(2000, 2000), "JPEG")[:200],
    ],
    ids=lambda upload: f"{len(upload)} bytes",
)
async def test_what_is_no_such_picture_is_refused(upload: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        await prepare_picture(upload)


async def test_bombs_are_refused_by_their_header() -> None:
    bombs = [
        saved(Image.new("1", (20_000, 20_000)), "PNG"),
        saved(Image.new("RGB", (9000, 3000)), "PNG"),
        saved(Image.new("RGB", (10_000, 6000)), "JPEG", quality=1),
        saved(Image.new("RGB", (12_000, 12_000)), "WEBP", lossless=True, method=0),
    ]
    for bomb in bombs:
        assert len(bomb) < 2_000_000
        with pytest.raises(PictureTooLarge):
            await prepare_picture(bomb)


async def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(PictureTooLarge):
        await prepare_picture(b"x" * (MAX_BYTES + 1))


async def test_a_jpeg_of_endless_scans_is_refused() -> None:
    jpeg = saved(corners(), "JPEG", progressive=True)
    start = jpeg.index(b"\xff\xda")
    with pytest.raises(PictureUnreadable):
        await prepare_picture(jpeg[:start] + jpeg[start:-2] * 200 + b"\xff\xd9")


async def test_versions_are_stored_under_their_widths(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    picture = await prepare_picture(saved(corners()))
    await store_picture(storage, "t/1/p", picture)
    for width, content in picture.versions.items():
        assert await storage.get(picture_key("t/1/p", width)) == content


SEEDS = [saved(corners(), format_) for format_ in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 12))
def test_mutated_pictures_are_drawn_or_refused(seed: bytes, salt: int, changes: int) -> None:
    mutable, chance = bytearray(seed), random.Random(salt)
    for _ in range(changes):
        mutable[chance.randrange(len(mutable))] = chance.randrange(256)
    try:
        picture = _prepare(bytes(mutable))
    except AppError:
        return
    assert set(picture.versions) == {320, 640, 1280}
