"""The built pages at `/`: files as they are, and the one page for every other address, so that links can be opened."""

import secrets
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from km_services.query.problems import Problem
from km_services.query.security import page_policy

NONCE_PLACEHOLDER: Final = "__CSP_NONCE__"
"""Stands in the built `index.html`; each answer has a nonce of its own."""
_HASHED: Final = "public, max-age=31536000, immutable"


def pages_router(folder: Path) -> APIRouter:
    """Serve what a build left in `folder`. Read anew at each request: a build may come later than the service."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{path:path}")
    async def get_page(path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise Problem(404, "not_found", "There is nothing at this address.")
        file = file_of(folder, path)
        if file is not None:
            caching = _HASHED if path.startswith("assets/") else "no-cache"
            return FileResponse(file, headers={"Cache-Control": caching})
        if path != "index.html" and "." in path.rpartition("/")[2]:
            raise Problem(404, "not_found", "There is no such file.")
        return _page(folder)

    return router


def file_of(folder: Path, path: str) -> Path | None:
    """The file of a path inside the folder; none where there is none, also for paths that lead out of it."""
    if not path or path == "index.html" or "\0" in path:
        return None
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def _page(folder: Path) -> Response:
    try:
        html = (folder / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(404, "not_found", "The pages are not built: run `npm run build` in the dashboard.") from None
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": page_policy(nonce), "Cache-Control": "no-cache"}
    return HTMLResponse(html.replace(NONCE_PLACEHOLDER, nonce), headers=headers)
