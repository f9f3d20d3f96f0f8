"""Pictures of journeys: `svg` for people to look at, `mermaid` for documents that hold their pictures as text."""

from domain.journey.drawing.mermaid import mermaid
from domain.journey.drawing.svg import svg

__all__ = ["mermaid", "svg"]
