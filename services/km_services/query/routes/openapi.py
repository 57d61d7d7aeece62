"""`/api/openapi.json`: the contract of the TypeScript client, for who is logged in."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from km_services.query.context import Customer

router = APIRouter(prefix="/api", include_in_schema=False)


@router.get("/openapi.json")
async def get_openapi(request: Request, _: Customer) -> JSONResponse:
    """The document that is committed as `services/openapi.json`."""
    return JSONResponse(request.app.openapi())
