"""Numbers, units, intervals and times as people read them; shared by every renderer."""

import math
import unicodedata
from collections.abc import Iterable, Sequence

from adrs.core.objective import Direction, Objective

MINUS = "−"
ABSENT = "–"
PREFIX_UNITS = ("$", "€", "£")
MOST_EXTRA_DECIMALS = 2
MOST_CHANGE_DECIMALS = 3
ROUNDING = 1e-9  # a share this near 1 is 1
MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400


def clean(text: str, *, limit: int | None = None) -> str:
    """Return text fit for one terminal line: no control or invisible characters.

    Args:
        text: anything, such as a candidate's exception message.
        limit: most characters to keep; a longer text ends with an ellipsis.
    """
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    shown = " ".join(shown.split())
    if limit is not None and len(shown) > limit:
        return shown[: max(limit - 1, 0)].rstrip() + "…"
    return shown


def format_count(count: int) -> str:
    """Return a whole number with thousands separators."""
    return f"{count:,}".replace("-", MINUS)


def format_number(value: float, decimals: int) -> str:
    """Return a number with separators, a fixed number of decimals and a true minus sign."""
    if abs(value) >= 1e9:
        return f"{value:.3e}".replace("-", MINUS)
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = MINUS + text[1:] if text.strip("-0.,") else text[1:]
    return text


def decimals_for(values: Iterable[float]) -> int:
    """Return how many decimals give the values three or four significant digits.

    The smallest value decides, as long as the largest does not become much longer by it. More
    decimals (two at most) are used where different values would look the same.
    """
    numbers = [value for value in values if math.isfinite(value)]
    sizes = [abs(value) for value in numbers if value]
    if not sizes:
        return 1
    most = _decimals_of(max(sizes)) + MOST_EXTRA_DECIMALS
    base = min(_decimals_of(min(sizes)), most)
    different = len({f"{value:.5g}" for value in numbers})
    for decimals in range(base, base + MOST_EXTRA_DECIMALS):
        if len({f"{value:.{decimals}f}" for value in numbers}) >= different:
            return decimals
    return base + MOST_EXTRA_DECIMALS


def _decimals_of(magnitude: float) -> int:
    exponent = math.floor(math.log10(magnitude))
    if exponent >= 3:
        return 0
    return 1 if exponent >= 1 else min(2 - exponent, 12)


def format_value(value: float, unit: str, *, decimals: int | None = None) -> str:
    """Return a raw value with its unit: "$87.6", "87.6 ms", or a bare ratio."""
    shown = format_number(value, decimals_for([value]) if decimals is None else decimals)
    if unit in PREFIX_UNITS:
        sign = MINUS if shown.startswith(MINUS) else ""
        return f"{sign}{unit}{shown.removeprefix(MINUS)}"
    return f"{shown} {unit}" if unit else shown


def format_usd(usd: float | None) -> str:
    """Return US dollars to the cent, small sums to three significant digits; None is unknown."""
    if usd is None:
        return "$ unknown"
    size = abs(usd)
    decimals = 2 if size == 0 or size >= 1 else min(_decimals_of(size), 6)
    while decimals > 2 and round(usd, decimals - 1) == round(usd, decimals):
        decimals -= 1
    return format_value(usd, "$", decimals=decimals)


def percent_decimals(values: Sequence[float]) -> int:
    """Return decimals for shares (0.129) shown as percents, the same for all of `values`."""
    largest = max((abs(value) for value in values), default=0.0) * 100
    spread = (max(values) - min(values)) * 100 if len(values) > 1 else largest
    if largest >= 100:
        return 0
    return 2 if 0 < spread < 0.3 else 1


def format_percent(share: float, *, decimals: int = 1, signed: bool = False) -> str:
    """Return a share as a percent: 0.129 becomes "12.9 %"; signed ones get "+" or "−", 0 none."""
    shown = format_number(share * 100, decimals)
    if signed and share > 0 and shown.strip("0."):
        shown = f"+{shown}"
    return f"{shown} %"


def change_decimals(mean: float, low: float | None = None, high: float | None = None) -> int:
    """Return decimals for a relative change and its interval, where it has one, in percent.

    They are so many that neither a change, nor the end of an interval that leaves out 0, seems to
    be 0; three at most.
    """
    ends = [mean] if low is None or high is None else [mean, low, high]
    decimals = percent_decimals(ends)
    if min(ends) > 0 or max(ends) < 0:
        while decimals < MOST_CHANGE_DECIMALS and any(round(e * 100, decimals) == 0 for e in ends):
            decimals += 1
    return decimals


def format_change(mean: float, low: float | None = None, high: float | None = None) -> str:
    """Return a relative change with its interval, where it has one: "−0.3 % [−1.1, 0.6]"."""
    decimals = change_decimals(mean, low, high)
    shown = format_percent(mean, decimals=decimals, signed=True)
    if low is None or high is None:
        return shown
    return f"{shown} {format_interval(low, high, decimals=decimals)}"


def format_step(value: float, before: float | None, unit: str) -> str:
    """Return the way from the value before, in percent, or in the unit where that was 0.

    "first" where there is none before.
    """
    if before is None:
        return "first"
    if before == 0.0:
        return ("+" if value > 0 else "") + format_value(value, unit)
    return format_change((value - before) / abs(before))


def format_interval(low: float, high: float, *, decimals: int = 1) -> str:
    """Return the ends of an interval of shares, in percent: "[11.8, 14.1]"."""
    return f"[{format_number(low * 100, decimals)}, {format_number(high * 100, decimals)}]"


def format_headroom(share: float, low: float | None = None, high: float | None = None) -> str:
    """Return closed headroom in percent, with its interval where there is one: "55 % [50, 60]".

    It is 100 % at the bound alone.
    """
    nearly = 0.995 <= share < 1.0 - ROUNDING
    decimals = 1 if nearly or 0 < abs(share) < 0.0995 else 0
    share = min(share, 0.999) if nearly else share
    shown = format_percent(share, decimals=decimals)
    if low is None or high is None:
        return shown
    return f"{shown} {format_interval(low, high, decimals=decimals)}"


def format_duration(seconds: float) -> str:
    """Return a duration in its two largest units: "1.3 s", "41 s", "12 m 03 s", "2 d 04 h"."""
    if seconds < 10:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < MINUTE_S:
        return f"{whole} s"
    if whole < HOUR_S:
        return f"{whole // MINUTE_S} m {whole % MINUTE_S:02d} s"
    if whole < DAY_S:
        return f"{whole // HOUR_S} h {whole % HOUR_S // MINUTE_S:02d} m"
    return f"{whole // DAY_S} d {whole % DAY_S // HOUR_S:02d} h"


def format_rate(per_second: float, noun: str = "") -> str:
    """Return a rate: "34/s", "2.5/s", "12.0/min", "1.5/h"; with a noun "2.5 calls/s"."""
    of = f" {noun}" if noun else ""
    if per_second >= 10:
        return f"{per_second:,.0f}{of}/s"
    if per_second >= 1:
        return f"{per_second:.1f}{of}/s"
    if per_second * MINUTE_S >= 0.1:
        return f"{per_second * MINUTE_S:.1f}{of}/min"
    return f"{per_second * HOUR_S:.2g}{of}/h"


def format_success(good: int, of: int) -> str:
    """Return a part of some attempts in percent, 100 % only where none failed."""
    share = good / of
    return f"{100 * share:.0f} %" if share < 0.99 else f"{math.floor(1000 * share) / 10:g} %"


def better_way(objective: Objective) -> str:
    """Return which way is better, in words, and whether the value is measured on the host."""
    way = "lower is better" if objective.direction is Direction.MINIMIZE else "higher is better"
    return f"{way}, measured" if objective.measured else way


def model_name(proposer: str) -> str:
    """Return the model behind a trial's proposer, or the proposer where there is none."""
    return clean(proposer.removeprefix("llm/"))


def plural(count: int, singular: str, several: str | None = None) -> str:
    """Return the count with its noun: "1 evaluation", "2,000 evaluations"."""
    return f"{format_count(count)} {singular if count == 1 else several or singular + 's'}"
