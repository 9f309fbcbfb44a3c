"""GET /openapi.json: the contract for programs, with the address it is asked at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from serve_app.web.openapi import contract_of, with_servers
from serve_app.web.routes.common import PrefixDep
from serve_app.web.urls import UrlRoute

router = APIRouter(include_in_schema=False, route_class=UrlRoute)


@router.get("/openapi.json")
async def get_contract(request: Request, prefix: PrefixDep) -> JSONResponse:
    """The contract. Its server is this one, below whatever prefix it is seen."""
    return JSONResponse(with_servers(contract_of(request.app), prefix))
