"""A chart's colours as places in the template's theme, so that a deck takes the colours of whoever shows it."""

from __future__ import annotations

import re

from charts.theme import DARK, LIGHT

# Halfway to the ground, whatever the ink.
_GREY = '<a:satMod val="35000"/><a:lumMod val="50000"/><a:lumOff val="50000"/>'
# What each of our colours means, by the theme's own names.
_SLOTS = {"ink": ("tx1", ""), "soft": ("tx2", ""), "line": ("bg2", ""), "ground": ("bg1", ""), "first": ("accent1", ""),
          "second": ("accent2", ""), "third": ("accent3", ""), "fourth": ("accent4", ""),
          "wrong": ("tx1", _GREY)}  # fmt: skip
_KNOWN = {getattr(look, name).upper(): slot for look in (LIGHT, DARK) for name, slot in _SLOTS.items()}
_RGBA = re.compile(r"rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)\s*(?:,\s*([\d.]+)\s*)?\)")


def parsed(css: object) -> tuple[str, float] | None:
    """ "#RRGGBB" and opacity of a colour as Plotly writes it; None for none."""
    text = str(css or "").strip()
    if found := _RGBA.fullmatch(text):
        red, green, blue = (min(255, round(float(v))) for v in found.groups()[:3])
        return f"#{red:02X}{green:02X}{blue:02X}", float(found.group(4) or 1)
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return text.upper(), 1.0
    return {"white": ("#FFFFFF", 1.0), "black": ("#000000", 1.0)}.get(text)


def fill(css: object, opacity: float = 1.0, pattern: str = "") -> str:
    """A solidFill (or a hatching) in DrawingML; noFill where there is no colour or nothing of it would be seen."""
    found = parsed(css)
    if found is None or found[1] * opacity == 0:
        return "<a:noFill/>"
    paint = _paint(found[0], found[1] * opacity)
    if pattern:
        return (f'<a:pattFill prst="wdUpDiag"><a:fgClr>{paint}</a:fgClr><a:bgClr><a:schemeClr val="bg1"/></a:bgClr>'
                f"</a:pattFill>")  # fmt: skip
    return f"<a:solidFill>{paint}</a:solidFill>"


def _paint(colour: str, opacity: float) -> str:
    alpha = f'<a:alpha val="{round(opacity * 100000)}"/>' if opacity < 1 else ""
    if colour in _KNOWN:
        slot, changed = _KNOWN[colour]
        return f'<a:schemeClr val="{slot}">{changed}{alpha}</a:schemeClr>'
    return f'<a:srgbClr val="{colour[1:]}">{alpha}</a:srgbClr>'


def between(scale: list[tuple[float, str]], at: float) -> str:
    """A colour of a colour scale, at 0 to 1."""
    stops = [(position, found[0]) for position, css in scale if (found := parsed(css))]
    if not stops:
        return ""
    below = max((s for s in stops if s[0] <= at), default=stops[0], key=lambda s: s[0])
    above = min((s for s in stops if s[0] >= at), default=stops[-1], key=lambda s: s[0])
    share = 0.0 if above[0] == below[0] else (at - below[0]) / (above[0] - below[0])
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in (below, above)]
    mixed = (round(low + share * (high - low)) for low, high in zip(*ends, strict=True))
    return "#" + "".join(f"{value:02X}" for value in mixed)


DASHES = {"dot": "sysDot", "dash": "dash", "dashdot": "dashDot", "longdash": "lgDash", "longdashdot": "lgDashDot"}


def stroke(css: object, points: float, dash: str | None = None, opacity: float = 1.0) -> str:
    """A line of that many points."""
    if not points or parsed(css) is None:
        return "<a:ln><a:noFill/></a:ln>"
    dashed = f'<a:prstDash val="{DASHES[dash]}"/>' if dash in DASHES else ""
    return f'<a:ln w="{round(points * 12700)}" cap="flat">{fill(css, opacity)}{dashed}<a:round/></a:ln>'
