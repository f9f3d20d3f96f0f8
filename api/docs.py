"""A page to read and try the API, from files of a package and not from somebody's network."""

import importlib.util
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

ASSETS = "/docs/assets"
FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")
ASSET_PATHS = tuple(f"{ASSETS}/{file}" for file in FILES)
PARAMETERS = {"docExpansion": "list", "persistAuthorization": False, "tryItOutEnabled": True}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """Swagger UI for /openapi.json."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Homing API",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
        swagger_ui_parameters=PARAMETERS,
    )


def mount_assets(app: FastAPI) -> None:
    """Serve what the page needs. The package is found and not imported: only its files are of use."""
    package = importlib.util.find_spec("fastapi_offline")
    if package and package.origin:
        app.mount(ASSETS, StaticFiles(directory=Path(package.origin).parent / "static"))
