"""Problem bodies (RFC 9457): how the API says what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import BaseModel, Field

API = "/api/"
MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One of the things that are wrong with what was sent."""

    where: str = Field(
        description="出错的参数或字段 / parameter or field", examples=["query.limit"]
    )
    code: str = Field(description="稳定代码 / stable code", examples=["less_than_equal"])
    message: str = Field(description="说明 / what is wrong with it")


class ProblemBody(BaseModel):
    """The body of every answer from 400 on (RFC 9457)."""

    type: str = Field(
        description="问题类型 / type of the problem", examples=["urn:zhiheng:row.unknown"]
    )
    title: str = Field(description="状态短语 / phrase of the status", examples=["Not Found"])
    status: int = Field(description="HTTP 状态码 / HTTP status", examples=[404])
    detail: str = Field(
        description="什么不对 / what is wrong", examples=["没有第 7 号记录，或无权查看。"]
    )
    instance: str = Field(description="请求的地址 / address asked for", examples=["/api/v1/rows/7"])
    code: str = Field(description="稳定代码 / stable code of the error", examples=["row.unknown"])
    fix: str = Field(description="怎样改 / what is allowed, what to do", examples=[""])
    errors: list[Fault] = Field(description="所有问题 / everything that is wrong, at once")


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API)


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    fix: str = "",
    errors: Sequence[Fault] = (),
) -> HttpResponse:
    """One problem body."""
    body = ProblemBody(
        type=f"urn:zhiheng:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.path,
        code=code,
        fix=fix,
        errors=list(errors),
    )
    response = JsonResponse(
        body.model_dump(), status=status, json_dumps_params={"ensure_ascii": False}
    )
    response.headers["Content-Type"] = MEDIA_TYPE
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="zhiheng"'
    return response
