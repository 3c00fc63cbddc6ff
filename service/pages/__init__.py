"""The pages for people: a clinician's, an employer's, an operator's. Server-rendered; a script only makes them quicker."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.fits import router as fits
from service.pages.operate import router as operate
from service.pages.texts import router as texts
from service.pages.web import static

router = APIRouter(include_in_schema=False)
router.include_router(texts)
router.include_router(fits)
router.include_router(operate)
router.add_api_route("/static/{name}", static, methods=["GET"], include_in_schema=False)
