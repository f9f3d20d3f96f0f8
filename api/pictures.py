"""QR codes, for apps to scan. Black on white also on a dark page, with the quiet margin that scanners need."""

import base64
import io

import segno

CORRECTION = "m"  # a seventh may be dirt or glare
MARGIN = 4  # modules, as ISO 18004 asks for
SVG_SCALE, PNG_SCALE = 4, 8
TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def qr(text: str, kind: str) -> bytes:
    """The text as a picture, `svg` or `png`."""
    out = io.BytesIO()
    code = segno.make_qr(text, error=CORRECTION, boost_error=False)
    scale = SVG_SCALE if kind == "svg" else PNG_SCALE
    code.save(out, kind=kind, scale=scale, border=MARGIN, dark="#000", light="#fff")
    return out.getvalue()


def data_uri(text: str, kind: str) -> str:
    """The same, for the `src` of an `<img>`: no second request has to carry the secret."""
    return f"data:{TYPES[kind]};base64,{base64.b64encode(qr(text, kind)).decode()}"
