"""Pictures of scenarios, bands and curves."""

from matcher.scenarios.drawing.drawing import (
    NothingToDraw,
    draw_bands,
    draw_curve,
    draw_frontier,
    draw_moved,
    draw_overview,
)

__all__ = [
    "NothingToDraw",
    "draw_bands",
    "draw_curve",
    "draw_frontier",
    "draw_moved",
    "draw_overview",
]
