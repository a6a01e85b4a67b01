"""How pictures look: colours that colour-blind readers can tell apart, sizes, and classes with round limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from sim.city.technology import Technology
from sim.report.words import Words

INK = "#1a1a1a"
MUTED = "#595959"
OUTLINE = "#7d7d7d"
LAND = "#f1f0ec"
NOTHING = "#e0dfda"
HALO = "#ffffff"
# from Okabe and Ito's palette: blues and green for AC, warm colours for DC, weak to strong
BY_CURRENT = {"AC": ("#0072b2", "#56b4e9", "#009e73"), "DC": ("#d55e00", "#e69f00", "#cc79a7")}
# near, middle, far on foot: dark, middle and light, blue to yellow
REACH = ("#00386b", "#56b4e9", "#f0d875")
BEFORE, AFTER, SPENT = "#8c8c8c", "#0072b2", "#e69f00"
LATER = "#a0559a"
GRID = "#e6e6e6"

# more classes where values are high: that is where readers look
LEVELS = (0.15, 0.35, 0.55, 0.75, 0.9, 0.97)

TITLE_PT, SUBTITLE_PT, LABEL_PT, SMALL_PT = 13, 9, 7.5, 6.5

RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": False,
    "figure.autolayout": False,
    "savefig.bbox": None,
    "savefig.facecolor": "white",
    "legend.frameon": False,
    "legend.fontsize": 8,
    "legend.title_fontsize": 8.5,
    "path.simplify": True,
    "text.usetex": False,
}


def class_colours(number: int) -> list[str]:
    """Colours from little (light) to much (dark), of one hue order that survives grey printing."""
    return [to_hex(c) for c in matplotlib.colormaps["cividis_r"](np.linspace(0.04, 0.96, number))]


def round_limits(*samples: pd.Series, levels: Sequence[float] = LEVELS) -> list[float]:
    """Upper limits of classes at quantiles of the positive values, rounded to 1, 1.5, 2, 3, 5 or 7 times 10^n.

    Hand all samples that shall share one scale (before and after). The last class has no upper limit; there are fewer
    limits than levels where values bunch.

    >>> round_limits(pd.Series([0.0, 1.0, 2.0, 3.0, 4.0, 50.0]), levels=(0.25, 0.5, 0.75))
    [2.0, 3.0]
    """
    values = np.concatenate([np.asarray(s, float) for s in samples])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return [1.0]
    steps = np.array([1, 1.5, 2, 3, 5, 7, 10])
    limits = []
    for q in np.quantile(values, levels):
        power = 10.0 ** np.floor(np.log10(q))
        limits.append(float(f"{steps[np.argmin(np.abs(steps - q / power))] * power:.6g}"))
    return sorted(set(limits))


def classify(values: pd.Series, limits: Sequence[float]) -> NDArray[np.int64]:
    """Class of each value: -1 for nothing (0 or missing), 0 up to the first limit, ..., len(limits) above the last."""
    array = np.asarray(values, float)
    return np.where(array > 0, np.searchsorted(limits, array, side="left"), -1)


def class_labels(limits: Sequence[float], unit: str = "", *, words: Words) -> list[str]:
    """What the classes of `classify` are called in a legend.

    >>> from sim.report.words import ENGLISH
    >>> class_labels([2, 10], words=ENGLISH)
    ['up to 2', '2 to 10', 'more than 10']
    """
    shown = [words.number(x, unit, decimals=_decimals(x, unit)) for x in limits]
    middle = [words("legend.range", low=a, high=b) for a, b in pairwise(shown)]
    return [words("legend.up_to", high=shown[0]), *middle, words("legend.more_than", low=shown[-1])]


def _decimals(value: float, unit: str) -> int:
    """Fewest decimals that show a limit in full."""
    least = 2 if unit == "share" else 0
    return next(n for n in range(least, 12) if np.isclose(round(value, n), value, rtol=1e-9, atol=0))


def change_limits(values: pd.Series) -> list[float]:
    """Limits of classes of change on each side of zero: a small one for hardly any, then four even steps.

    The scale hangs on the largest changes but the outermost twentieth, so that one odd cell does not flatten the map.

    >>> change_limits(pd.Series([-45.0, 0.0, 30.0]))
    [2.0, 10.0, 20.0, 30.0, 40.0]
    """
    sizes = np.abs(np.asarray(values, float))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    step = (float(np.quantile(sizes, 0.95)) if len(sizes) else 1.0) / 4.2
    power = 10.0 ** np.floor(np.log10(step))
    step = min((1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10), key=lambda nice: abs(nice - step / power)) * power
    return [float(f"{step * times:.6g}") for times in (0.2, 1, 2, 3, 4)]


def diverging_colours(steps: int) -> list[str]:
    """Colours from bad (orange) over none (nearly white) to good (violet), `steps` on each side."""
    side = np.linspace(0.12, 0.42, steps)
    return [to_hex(c) for c in matplotlib.colormaps["PuOr"]([*side, 0.5, *(1 - side[::-1])])]


def diverging_classes(values: pd.Series, limits: Sequence[float]) -> NDArray[np.int64]:
    """Class of each change: 0 = below -limits[-1], ..., the middle = within limits[0] of zero, ..., above limits[-1].

    Missing values are in the middle.

    >>> diverging_classes(pd.Series([-9.0, -1.5, 0.0, 0.9, 9.0]), [1, 2]).tolist()
    [0, 1, 2, 2, 4]
    """
    array = np.nan_to_num(np.asarray(values, float))
    side = np.searchsorted(limits, np.abs(array), side="left")
    return np.asarray(len(limits) + np.sign(array).astype(int) * side)


def diverging_labels(limits: Sequence[float], *, words: Words) -> list[str]:
    """What the classes of `diverging_classes` are called in a legend.

    >>> from sim.report.words import ENGLISH
    >>> diverging_labels([1, 2], words=ENGLISH)
    ['less than −2', '−2 to −1', '−1 to +1', '+1 to +2', 'more than +2']
    """
    shown = [words.number(x, decimals=_decimals(x, "")) for x in limits]
    ends = [*(f"−{x}" for x in shown[::-1]), *(f"+{x}" for x in shown)]
    middle = [words("legend.range", low=a, high=b) for a, b in pairwise(ends)]
    return [words("legend.less_than", high=ends[0]), *middle, words("legend.more_than", low=ends[-1])]


def technology_colours(technologies: Mapping[str, Technology]) -> dict[str, str]:
    """A colour for each technology: cold for AC, warm for DC, the strongest colour for the most powerful."""
    colours: dict[str, str] = {}
    for current, palette in BY_CURRENT.items():
        names = [name for name in technologies if technologies[name].current == current]
        names.sort(key=lambda name: (-technologies[name].power_kw, name))
        colours |= {name: palette[i % len(palette)] for i, name in enumerate(names)}
    return {name: colours[name] for name in technologies}


def symbol_area(points: pd.Series | NDArray[np.float64] | Sequence[float]) -> NDArray[np.float64]:
    """Area of a station's symbol [pt2], proportional to its points but for a least size, so that ink counts points."""
    return 4.5 * np.asarray(points, float) + 4.0
