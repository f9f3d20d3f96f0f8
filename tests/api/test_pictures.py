"""QR codes are read by a scanner, as SVG and as PNG, and say exactly what was put in."""

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator

import pytest
import zxingcpp

from api.pictures import qr
from domain.authenticators.steps import uri

URIS = [
    uri("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "u-1", "Homing"),
    uri("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ana@example.com", "Söhne & Töchter"),
    uri("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "आ" * 64, "製" * 40),  # as long as they may be
]
BLACK, WHITE = 0, 255
Pixels = list[bytearray]


def scan(pixels: Pixels) -> list[str]:
    """What a scanner sees in grey pixels."""
    flat = memoryview(b"".join(pixels)).cast("B", (len(pixels), len(pixels[0])))
    return [found.text for found in zxingcpp.read_barcodes(flat)]


def pixels_of_png(data: bytes) -> Pixels:
    """The pixels of a PNG with one bit for each, as segno writes it: a line is plain, or what changes from the last."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks = dict(chunks_of(data[8:]))
    width, height, depth, color = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, color) == (1, 0)
    rows = zlib.decompress(chunks[b"IDAT"])
    stride = 1 + (width + 7) // 8
    lines, above = [], bytes(stride - 1)
    for start in range(0, stride * height, stride):
        change, line = rows[start], rows[start + 1 : start + stride]
        assert change in (0, 2)
        above = bytes((one + other) % 256 for one, other in zip(line, above, strict=True)) if change else line
        lines.append(bytearray(WHITE * (above[x // 8] >> (7 - x % 8) & 1) for x in range(width)))
    return lines


def chunks_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG by their names."""
    while data:
        (length,) = struct.unpack(">I", data[:4])
        yield data[4:8], data[8 : 8 + length]
        data = data[12 + length :]


def pixels_of_svg(data: bytes) -> Pixels:
    """What a browser draws: a white ground, and black strokes of one module's height."""
    root = ET.fromstring(data)
    group, ground, strokes = list(root.iter())[1:]
    assert (ground.get("fill"), strokes.get("stroke")) == ("#fff", "#000")
    scale = int(f"{group.get('transform')}".removeprefix("scale(").removesuffix(")"))
    size = int(f"{root.get('width')}") // scale
    pixels = [bytearray([WHITE]) * size for _ in range(size)]
    x = y = 0.0
    for order, arguments in re.findall(r"([MmhH])([-\d. ]+)", f"{strokes.get('d')}"):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", arguments)]
        if order == "h":
            for column in range(int(x), int(x + numbers[0])):
                pixels[int(y)][column] = BLACK
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if order == "M" else (x + numbers[0], y + numbers[1])
    return [bytearray(value for value in row for _ in range(scale)) for row in pixels for _ in range(scale)]


@pytest.mark.parametrize("text", URIS)
def test_a_scanner_reads_the_png(text: str) -> None:
    """Pixel by pixel, as a screen shows it."""
    assert scan(pixels_of_png(qr(text, "png"))) == [text]


@pytest.mark.parametrize("text", URIS)
def test_a_scanner_reads_the_svg(text: str) -> None:
    """Stroke by stroke, as a browser draws it."""
    assert scan(pixels_of_svg(qr(text, "svg"))) == [text]


def test_both_leave_the_margin_that_scanners_need() -> None:
    """Four modules of white on each side, also on a dark page."""
    for pixels, module in ((pixels_of_png(qr(URIS[0], "png")), 8), (pixels_of_svg(qr(URIS[0], "svg")), 4)):
        dark = [(x, y) for y, row in enumerate(pixels) for x, value in enumerate(row) if value == BLACK]
        assert min(min(place) for place in dark) == 4 * module
        assert max(max(place) for place in dark) == len(pixels) - 4 * module - 1
