"""Bodies of the Segment protocol: gzip or plain, under any content type, and never more than we are ready to hold."""

import zlib

from api.problems import Problem

GZIP = 31  # zlib's way to say: a gzip header, and the largest window


def inflated(body: bytes, encoding: str, most: int) -> bytes:
    """The body as it was before it was packed. Raises 400, 413 or 415."""
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            return _unpacked(body, most)
        case _:
            raise Problem(415, "not-gzip", "Content-Encoding must be gzip, or none")


def _unpacked(body: bytes, most: int) -> bytes:
    """A kilobyte of gzip can be a megabyte of text, so no more is unpacked than is allowed."""
    unpacking = zlib.decompressobj(GZIP)
    try:
        text = unpacking.decompress(body, most + 1)
    except zlib.error:
        raise Problem(400, "malformed", "the body is not valid gzip") from None
    if len(text) > most:
        raise Problem(413, "too-large", f"the body is larger than {most:,} bytes when unpacked")
    if not unpacking.eof:
        raise Problem(400, "malformed", "the body is not all of a gzip file")
    return text
