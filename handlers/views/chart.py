"""Bars as a PNG: every bar has its number on it, and series differ by hatching as well as by colour."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from threading import Lock

_LOOKS = (("#1264A3", ""), ("#2EB67D", "//"), ("#ECB22E", ".."))  # as many series as are told apart at a glance
_INCHES, _DOTS = (9.0, 3.8), 150
_WIDTH = 0.27
_ONE_AT_A_TIME = Lock()  # matplotlib's fonts are no business of two threads


def bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> bytes:
    """One group of bars for each label, one bar for each of the three series; the same bytes for the same figures."""
    with _ONE_AT_A_TIME:
        return _drawn(title, labels, series)


def _drawn(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> bytes:
    from matplotlib.figure import Figure  # noqa: PLC0415 - a second and 50 MB for what a bot does once a week

    figure = Figure(figsize=_INCHES, dpi=_DOTS, layout="constrained")
    axes = figure.subplots()
    for index, ((name, values), (colour, hatch)) in enumerate(zip(series.items(), _LOOKS, strict=True)):
        places = [place + (index - 1) * _WIDTH for place in range(len(labels))]
        drawn = axes.bar(places, values, _WIDTH, label=name, color=colour, hatch=hatch, edgecolor="white")
        axes.bar_label(drawn, fontsize=8, padding=1)
    axes.set_title(title, loc="left", fontsize=11, parse_math=False)
    axes.set_xticks(range(len(labels)), labels, fontsize=9)
    axes.set_yticks([])
    axes.margins(y=0.12)
    axes.spines[["top", "left", "right"]].set_visible(False)
    figure.legend(loc="outside lower left", ncols=len(series), frameon=False, fontsize=9)
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
