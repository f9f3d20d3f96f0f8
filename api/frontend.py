"""The scripts for customers' pages, as they lie in `static/`: modules by hand, of nobody else's code, and the same for
everybody."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request, Response

FOLDER = Path(__file__).parent / "static"
SCRIPTS = ("homing.js", "homing-line.js", "homing-push.js", "homing-push-sw.js")
HEADERS = {
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",  # a mended one is everywhere in minutes
    "Access-Control-Allow-Origin": "*",  # browsers ask that of modules of another site
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
MEDIA_TYPE = "text/javascript; charset=utf-8"

router = APIRouter(include_in_schema=False)


class Script:
    """One of the files, read once."""

    def __init__(self, name: str) -> None:
        self._content = (FOLDER / name).read_bytes()
        self._tag = f'"{hashlib.sha256(self._content).hexdigest()[:20]}"'

    async def __call__(self, request: Request) -> Response:
        """The file, or that it is the one that the browser has."""
        headers = {**HEADERS, "ETag": self._tag}
        if self._tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(self._content, headers=headers, media_type=MEDIA_TYPE)


for name in SCRIPTS:
    router.add_api_route(f"/{name}", Script(name).__call__, methods=["GET", "HEAD"], name=name)
