"""The picture's style sheet. Every rule is of `.homing-journey`, so that it may stand in another page's markup."""

from domain.journey.drawing.cards import FONTS
from domain.journey.drawing.looks import looks

SANS = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
LIGHT = {
    "ground": "#f6f8fb",
    "card": "#ffffff",
    "edge": "#d9e0ea",
    "ink": "#0f172a",
    "soft": "#475569",
    "faint": "#64748b",
    "line": "#94a3b8",
}
DARK = {
    "ground": "#0d1320",
    "card": "#182133",
    "edge": "#2c3950",
    "ink": "#f1f5f9",
    "soft": "#b6c2d4",
    "faint": "#8e9db3",
    "line": "#64748b",
}
RULES = {
    "text": f"font-family: {SANS}; fill: var(--ink)",
    ".ground": "fill: var(--ground)",
    ".line": "fill: none; stroke: var(--line); stroke-width: 1.75; stroke-linecap: round",
    ".head": "fill: var(--line)",
    ".box": "fill: var(--card); stroke: var(--edge)",
    ".card .box": "filter: drop-shadow(0 1px 2px rgb(15 23 42 / 0.09))",
    ".exit .box": "stroke: var(--hue); stroke-opacity: 0.6",
    ".label .box": "fill: var(--ground); stroke: var(--line); stroke-opacity: 0.55",
    ".pill .box": "stroke: var(--hue); stroke-width: 1.5",
    ".note .box": "stroke: var(--hue); stroke-opacity: 0.55; stroke-dasharray: 4 3",
    ".chip": "fill: var(--hue); fill-opacity: 0.13",
    ".icon": "fill: none; stroke: var(--hue); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round",
    ".centred": "text-anchor: middle",
    ".detail, .homing-journey .label text": "fill: var(--soft)",
    ".id": "fill: var(--faint)",
    ".heading, .homing-journey .title, .homing-journey .pill text": "font-weight: 600",
}


def style_sheet() -> str:
    """For light and dark ground, as the reader's system has it."""
    sizes = {f"text.{style}": f"font-size: {font.size:g}px" for style, font in FONTS.items()}
    rules = [_rule(f".homing-journey {where}", what) for where, what in {**RULES, **sizes}.items()]
    dark = "\n".join(_colours(DARK, "dark"))
    return "\n".join([*_colours(LIGHT, "light"), *rules, f"@media (prefers-color-scheme: dark) {{\n{dark}\n}}"])


def _colours(ground: dict[str, str], shade: str) -> list[str]:
    shared = _rule(".homing-journey", "; ".join(f"--{name}: {colour}" for name, colour in ground.items()))
    hues = {name: look.dark if shade == "dark" else look.light for name, look in looks().items()}
    return [shared, *(_rule(f".homing-journey .{name}", f"--hue: {hue}") for name, hue in hues.items())]


def _rule(where: str, what: str) -> str:
    return f"{where} {{ {what} }}"
