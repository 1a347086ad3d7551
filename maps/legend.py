"""Legends and captions drawn over a map, as escaped HTML."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isnan

from markupsafe import Markup, escape

from maps.facts import CoverageGrid, Legend, LegendClass
from maps.style import AMOUNT_COLOURS, DENSITY_COLOURS, MINUTE_COLOURS, MINUTE_EDGES, amount_colour

Translate = Callable[[str], str]

_STYLE = {"sw": "background", "dot": "background", "dash": "border-color", "dots": "border-color"}


def legend_box(legend: Legend) -> str:
    """Give the box at the lower left of a map; empty when there is nothing to say."""
    if not (legend.title or legend.classes or legend.remark):
        return ""
    entries = Markup("").join(
        Markup('<span class="cls"><i class="{}" style="{}:{}"></i>{}</span>').format(
            entry.form, _STYLE[entry.form], entry.colour, entry.word
        )
        for entry in legend.classes
    )
    title = Markup("<b>{}</b>").format(legend.title) if legend.title else Markup("")
    remark = Markup("<span>{}</span>").format(legend.remark) if legend.remark else Markup("")
    return str(Markup('<div class="leg" role="note">{}{}{}</div>').format(title, entries, remark))


def caption_box(text: str) -> str:
    """Give the box at the upper left; empty text gives no box."""
    return str(Markup('<div class="top">{}</div>').format(escape(text))) if text else ""


def minutes_legend(title: str, grid: CoverageGrid | None, say: Translate) -> Legend:
    """Legend of travel minutes, with the share of residents reached within the promise.

    Parameters
    ----------
    title : str
        What is measured, such as "walk to the nearest open canteen".
    grid : CoverageGrid, optional
        Where the share and its promise come from; no share without it.
    say : callable
        Translates a Chinese word.
    """
    edges = [0.0, *MINUTE_EDGES]
    words = [f"{low:g}–{high:g}" for low, high in pairwise(edges)] + [f"> {edges[-1]:g}"]
    words[-1] += " " + say("分钟")
    classes = tuple(LegendClass(colour=c, word=w) for c, w in zip(MINUTE_COLOURS, words, strict=True))
    return Legend(title=title, classes=classes, remark=_share(grid, say) if grid else "")


def _share(grid: CoverageGrid, say: Translate) -> str:
    share = grid.share_within(grid.promise_min)
    return "" if isnan(share) else f"{grid.promise_min:g} {say('分钟可达')} {share:.1%} {say('居民')}"


def density_legend(title: str, say: Translate) -> Legend:
    """Legend of the density of tickets, from few to many."""
    words = (say("少"), say("较少"), say("较多"), say("多"))
    classes = tuple(LegendClass(colour=c, word=w) for c, w in zip(DENSITY_COLOURS, words, strict=True))
    return Legend(title=title, classes=classes)


def amounts_legend(title: str, edges: Sequence[float], say: Translate) -> Legend:
    """Legend of amounts in quantile classes, of which an edge belongs to the upper; without edges there is one class."""
    bounds = tuple(edges)
    if not bounds:
        return Legend(title=title, classes=(LegendClass(colour=AMOUNT_COLOURS[0], word=say("各处相同")),))
    words = [
        f"< {bounds[0]:g}",
        *(f"{a:g} – < {b:g}" for a, b in pairwise(bounds)),
        f"≥ {bounds[-1]:g}",
    ]
    probes = [bounds[0] - 1, *bounds]
    classes = tuple(
        LegendClass(colour=amount_colour(probe, bounds), word=word)
        for probe, word in zip(probes, words, strict=True)
    )
    return Legend(title=title, classes=classes)
