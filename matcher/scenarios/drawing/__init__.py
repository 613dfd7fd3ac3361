"""Pictures of scenarios, bands and curves."""

from matcher.scenarios.drawing.bands import draw_bands
from matcher.scenarios.drawing.changes import draw_moved, draw_overview
from matcher.scenarios.drawing.curves import draw_curve, draw_frontier
from matcher.scenarios.drawing.style import NothingToDraw

__all__ = [
    "NothingToDraw",
    "draw_bands",
    "draw_curve",
    "draw_frontier",
    "draw_moved",
    "draw_overview",
]
