"""The shop's accent colour, made readable (WCAG 2.2, 1.4.3: contrast of at least 4.5 to 1)."""

import colorsys
from functools import lru_cache
from typing import NamedTuple

ENOUGH = 4.5
_SEEN = 1.6
_LITTLE = 0.1
_STEPS = 100

# The hardest surfaces that an accent may stand on: Telegram's and ours, light and dark.
LIGHT_SURFACE = "#eef0f3"
DARK_SURFACE = "#2c2c2e"
_INK, _PAPER = "#101114", "#ffffff"
_FALLBACK = "#2f7d4f"

_Rgb = tuple[float, float, float]


class Accent(NamedTuple):
    """`fill` carries `on_fill` as its text; `text` is the accent as text on a page."""

    fill: str
    on_fill: str
    text: str


class Accents(NamedTuple):
    light: Accent
    dark: Accent


@lru_cache(maxsize=4096)
def accents_of(colour: str) -> Accents:
    """`colour` is "#rrggbb" as the merchant chose it; anything else becomes Kram's own."""
    chosen = colour if _is_colour(colour) else _FALLBACK
    return Accents(_on(LIGHT_SURFACE, chosen, -1), _on(DARK_SURFACE, chosen, 1))


def _on(surface: str, chosen: str, direction: int) -> Accent:
    text = _readable(chosen, surface, direction)
    # A black button on a dark page would be a hole in it.
    seen = contrast(chosen, surface) >= _SEEN
    return Accent(*_fill(chosen if seen else text), text)


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _fill(chosen: str) -> tuple[str, str]:
    """White text where the colour can carry it after a little darkening, else ink."""
    darkened = _readable(chosen, _PAPER, -1)
    if _lightness(chosen) - _lightness(darkened) <= _LITTLE:
        return darkened, _PAPER
    return chosen, _INK


def _readable(colour: str, surface: str, direction: int) -> str:
    """The nearest lightness of the same hue that can be read on the surface."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    for step in range(_STEPS + 1):
        tried = min(max(lightness + direction * step / _STEPS, 0.0), 1.0)
        candidate = _hex(colorsys.hls_to_rgb(hue, tried, saturation))
        if contrast(candidate, surface) >= ENOUGH:
            return candidate
    return _PAPER if direction > 0 else _INK


def _is_colour(text: str) -> bool:
    return (
        len(text) == 7
        and text[0] == "#"
        and all(digit in "0123456789abcdefABCDEF" for digit in text[1:])
    )


def _lightness(colour: str) -> float:
    return colorsys.rgb_to_hls(*_rgb(colour))[1]


def _rgb(colour: str) -> _Rgb:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _hex(rgb: _Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def _luminance(rgb: _Rgb) -> float:
    red, green, blue = (_linear(channel) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
