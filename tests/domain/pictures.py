"""A drawn journey read back: what stands where in its SVG, and what its Mermaid text says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?[0-9.]+")


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Where something stands."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Rectangle") -> bool:
        """Whether the two share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: "Rectangle") -> bool:
        """Whether the other is inside of this."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


class Picture:
    """An SVG text, parsed. Raises ParseError if it is no XML."""

    def __init__(self, text: str) -> None:
        self.root = ElementTree.fromstring(text)
        width, height = map(float, self.root.attrib["viewBox"].split()[2:])
        self.canvas = Rectangle(0, 0, width, height)
        self.groups = self.root.findall(f"{SVG}g")
        self.boxes = {group: _rectangle(group) for group in self.groups if group.find(f"{SVG}rect") is not None}

    @property
    def steps(self) -> list[str]:
        """The ids of the steps that have a card."""
        return [group.attrib["data-step"] for group in self.groups if "data-step" in group.attrib]

    def card(self, step: str) -> Rectangle:
        """Where a step's card stands."""
        return next(box for group, box in self.boxes.items() if group.attrib.get("data-step") == step)

    @property
    def segments(self) -> list[Rectangle]:
        """The straight parts of all lines."""
        lines = self.root.findall(f"{SVG}path[@class='line']")
        return [part for line in lines for part in _segments(line.attrib["d"])]

    @property
    def texts(self) -> list[str]:
        """All that is written, and all that is said of what somebody points at."""
        return ["".join(element.itertext()) for element in self.root.iter() if element.tag != f"{SVG}style"]

    def overlapping(self) -> list[tuple[str, str]]:
        """Boxes that stand upon each other, and lines that run through a box."""
        named = [(_name(group), box) for group, box in self.boxes.items()]
        pairs = combinations(named, 2)
        through = ((("line", name), box, line) for name, box in named for line in self.segments)
        boxes = [(first[0], second[0]) for first, second in pairs if first[1].overlaps(second[1])]
        return boxes + [names for names, box, line in through if box.overlaps(line)]

    def outside(self) -> list[object]:
        """What is not on the canvas."""
        return [part for part in [*self.boxes.values(), *self.segments] if not self.canvas.holds(part)]


def _rectangle(group: ElementTree.Element) -> Rectangle:
    left, top = _numbers(group.attrib["transform"])
    rect = group.find(f"{SVG}rect")
    assert rect is not None
    return Rectangle(left, top, left + float(rect.attrib["width"]), top + float(rect.attrib["height"]))


def _segments(drawn: str) -> Iterable[Rectangle]:
    numbers = _numbers(drawn)
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    for (x, y), (to_x, to_y) in pairwise(points):
        yield Rectangle(min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))


def _numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]


def _name(group: ElementTree.Element) -> str:
    return group.attrib.get("data-step") or group.attrib["class"]


NODE = re.compile(r'([a-z][\w-]*)(?:\(\[|\{\{|\[/|\()"[^"]*"(?:\]\)|\}\}|/\]|\)):::is-[a-z_]+', re.ASCII)
ARROW = re.compile(r'([a-z][\w-]*) (?:-->|-\.-)(?:\|"[^"]+"\|)? ([a-z][\w-]*)', re.ASCII)
CLASS = re.compile(r"classDef is-[a-z_]+ stroke:#[0-9a-f]{6},stroke-width:2px")


class Flowchart:
    """A Mermaid text, parsed as far as we use Mermaid. Fails on any line that it would not know."""

    def __init__(self, text: str) -> None:
        head, self.title, rule, kind, *lines = text.removesuffix("\n").split("\n")
        assert (head, rule, kind) == ("---", "---", "flowchart TD")
        self.nodes: list[str] = []
        self.arrows: list[tuple[str, str]] = []
        for line in map(str.strip, lines):
            if node := NODE.fullmatch(line):
                self.nodes.append(node[1])
            elif arrow := ARROW.fullmatch(line):
                self.arrows.append((arrow[1], arrow[2]))
            else:
                assert CLASS.fullmatch(line), line
