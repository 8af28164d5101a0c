"""Two weeks of sales as bars: geometry only, drawn by the template as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kram.dashboard.home.queries import DayOfSales

DAYS = 14
WIDTH, HEIGHT = 560, 120
_GAP = 8
_LEAST = 3
"""A day without sales keeps a stump, so that the axis can be read."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Units of the view box; `y` grows downwards."""

    sales: DayOfSales
    x: float
    y: float
    width: float
    height: float


def days_until(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]


def bars(days: Sequence[date], sold: Mapping[date, DayOfSales]) -> list[Bar]:
    """One bar a day, the highest as high as the chart."""
    sales = [sold.get(day, DayOfSales(day, 0, 0)) for day in days]
    highest = max((entry.minor for entry in sales), default=0) or 1
    step = WIDTH / len(sales)
    return [
        _bar(entry, place * step + _GAP / 2, step - _GAP, entry.minor / highest)
        for place, entry in enumerate(sales)
    ]


def _bar(sales: DayOfSales, x: float, width: float, share: float) -> Bar:
    height = round(max(_LEAST, share * HEIGHT), 1)
    return Bar(sales, round(x, 1), round(HEIGHT - height, 1), round(width, 1), height)
