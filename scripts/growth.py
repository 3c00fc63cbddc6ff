"""How time and memory grow with what is stored, from size to size, each measured in a process of its own; and the picture of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

from scripts.search_times import LIMIT, grow, show_times
from service.settings import Settings

WIDTH, HEIGHT, LEFT, TOP, FOOT, GAP, KEY = 420, 260, 58, 34, 34, 60, 74
PANELS: Mapping[str, Mapping[str, str]] = {  # title -> what is drawn in it by the name it is drawn under
    "milliseconds, p50": {
        f"a resume by its id, {LIMIT} explained": f"match by id, {LIMIT} explained p50",
        "its search": "search p50",
        "plain: exact search of one vector each": "plain search p50",
    },
    "MiB": {"index": "index_mib", "the whole process": "process_mib", "plain: one vector each": "plain_mib"},
    "seconds": {"to open the store": "open_s"},
}
COLOURS = ("#1d4ed8", "#0f766e", "#b45309")


def growth(settings: Settings, into: Path, counts: Sequence[int], picture: Path) -> None:
    """Grow a store from size to size, measure each, print it and draw all."""
    found = []
    for count in sorted(counts):
        grow(settings, into, count)
        command = [sys.executable, "-m", "scripts.cli", "search-times", "--store", str(into), "--json"]
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))  # noqa: S603
        show_times(found[-1])
    picture.write_text(drawn(found), encoding="utf-8")
    print(f"drawn: {picture}")


def drawn(found: Sequence[Mapping[str, float]]) -> str:
    """An SVG of the measures over the number of postings, both in powers of ten."""
    panels = "".join(_panel(found, at, title, lines) for at, (title, lines) in enumerate(PANELS.items()))
    size = f"{len(PANELS) * (WIDTH + GAP)} {TOP + HEIGHT + FOOT + KEY}"
    style = "text{font:12px sans-serif;fill:#334155}.t{font-weight:bold;font-size:14px}line{stroke:#cbd5e1}polyline{fill:none;stroke-width:2}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><style>{style}</style><rect width="100%" height="100%" fill="#fff"/>{panels}</svg>\n'


def _panel(found: Sequence[Mapping[str, float]], number: int, title: str, lines: Mapping[str, str]) -> str:
    sizes = [one["postings"] for one in found]
    values = [one[name] for one in found for name in lines.values() if one.get(name, 0) > 0]
    across, up = _scale(sizes), _scale(values)
    left = LEFT + number * (WIDTH + GAP)

    def x(size: float) -> float:
        return left + (log10(size) - across[0]) / (across[-1] - across[0]) * (WIDTH - LEFT)

    def y(value: float) -> float:
        return TOP + HEIGHT - (log10(value) - up[0]) / (up[-1] - up[0]) * HEIGHT

    parts = [f'<text class="t" x="{left}" y="{TOP - 14}">{title}</text>']
    for power in across:
        parts.append(f'<line x1="{x(10**power):.0f}" x2="{x(10**power):.0f}" y1="{TOP}" y2="{TOP + HEIGHT}"/>')
        parts.append(f'<text x="{x(10**power):.0f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in up:
        parts.append(f'<line x1="{left}" x2="{x(10 ** across[-1]):.0f}" y1="{y(10**power):.0f}" y2="{y(10**power):.0f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y(10**power) + 4:.0f}" text-anchor="end">{10.0**power:,g}</text>')
    for at, ((label, name), colour) in enumerate(zip(lines.items(), COLOURS, strict=False)):
        points = [(x(one["postings"]), y(one[name])) for one in found if one.get(name, 0) > 0]
        parts.append(f'<polyline stroke="{colour}" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        parts.append(f'<text x="{left}" y="{TOP + HEIGHT + FOOT + 12 + 18 * at}" style="fill:{colour}">● {label}</text>')
    return "".join(parts)


def _scale(values: Sequence[float]) -> range:
    """The powers of ten from below the least to above the greatest."""
    low = int(log10(min(values)) // 1)
    return range(low, max(low + 1, -int(-log10(max(values)) // 1)) + 1)
