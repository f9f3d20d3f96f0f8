"""What a picture is made of: boxes with text, and lines. Each stands somewhere and can be moved."""

from dataclasses import dataclass, replace

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text in a box; `y` is its baseline, both from the box's corner."""

    style: str
    x: int
    y: int
    text: str
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A card, a label or an end. `look` names its colours and icon, `tip` is all of its text, uncut."""

    style: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Text, ...]
    tip: str
    look: str = ""
    step: str = ""

    def moved(self, right: int, down: int) -> "Box":
        """The same elsewhere."""
        return replace(self, x=self.x + right, y=self.y + down)


@dataclass(frozen=True, slots=True)
class Line:
    """A way through these corners, perhaps to an arrowhead."""

    points: tuple[Point, ...]
    arrow: bool = False

    def moved(self, right: int, down: int) -> "Line":
        """The same elsewhere."""
        return replace(self, points=tuple((x + right, y + down) for x, y in self.points))


Mark = Box | Line
