"""How the API refuses: every error becomes a problem body (RFC 9457)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from zhiheng.office.words import _
from zhiheng.web.problems import Fault, problem

JSON, MULTIPART = "application/json", "multipart/form-data"


class WrongMediaType(Exception):
    """The body is not of the type that the operation reads."""

    def __init__(self, given: str, wanted: str) -> None:
        super().__init__(given)
        self.given, self.wanted = given, wanted


class StrictParser(Parser):
    """Reads a body only if it says to be what the operation reads."""

    def parse_body(self, request: HttpRequest) -> Any:
        _require(request, JSON)
        return super().parse_body(request)

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        if data is not request.GET:
            _require(request, MULTIPART)
        return super().parse_querydict(data, list_fields, request)


def _require(request: HttpRequest, wanted: str) -> None:
    if request.content_type != wanted:
        raise WrongMediaType(request.content_type or "", wanted)


def handle(api: NinjaAPI) -> None:
    """Register what each kind of exception says; errors of our own go to `zhiheng.web.errors`."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        ValidationError: _of_values,
        AuthenticationError: _unknown,
        Http404: _nothing_there,
        WrongMediaType: _media_type,
        RequestDataTooBig: _too_big,
        HttpError: _of_body,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _of_values(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """All values that are wrong, each with its place."""
    faults = [
        Fault(where=".".join(map(str, e["loc"])), code=str(e["type"]), message=_said(e))
        for e in error.errors
    ]
    return problem(
        request,
        422,
        "request.values",
        _("请求里有 {count} 处不符合要求。", count=len(faults)),
        _("请按 errors 逐项改正；要求见 /api/v1/openapi.json。"),
        faults,
    )


def _said(error: dict[str, Any]) -> str:
    """What is wrong with one value, in the reader's language; the checker's own words else."""
    allowed = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("缺少这一项")
        case "string_type":
            return _("应为文字")
        case "string_too_long":
            return _("超过 {most} 个字符", most=allowed["max_length"])
        case "int_parsing" | "int_type" | "int_parsing_size" | "int_from_float":
            return _("应为整数")
        case "greater_than_equal":
            return _("不应小于 {least}", least=allowed["ge"])
        case "less_than_equal":
            return _("不应大于 {most}", most=allowed["le"])
        case "literal_error":
            return _("可用：{allowed}", allowed=allowed["expected"])
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return _("应为日期，如 2026-09-30")
    return str(error["msg"])


def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problem(
        request,
        401,
        "account.unknown",
        _("没有登录，或访问令牌无效。"),
        _("请带上请求头 Authorization: Bearer 令牌，或先在浏览器登录。"),
    )


def _nothing_there(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(
        request,
        404,
        "page.unknown",
        _("没有找到“{path}”。", path=request.path),
        _("请核对编号和地址；尚未公布的内容不对外提供。"),
    )


def _media_type(request: HttpRequest, error: WrongMediaType) -> HttpResponse:
    return problem(
        request,
        415,
        "request.media_type",
        _("不能读取 {given} 类型的内容。", given=error.given or "?"),
        _("请以 {wanted} 发送。", wanted=error.wanted),
    )


def _too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem(
        request, 413, "request.size", _("请求过大。"), _("请拆成几次发送，或改用文件报送。")
    )


def _of_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own: a body that cannot be read."""
    if isinstance(error.__cause__, WrongMediaType):
        return _media_type(request, error.__cause__)
    if isinstance(error.__cause__, RequestDataTooBig):
        return _too_big(request, error.__cause__)
    return problem(
        request,
        error.status_code,
        "request.unreadable",
        _("请求的内容读不出来。"),
        _("请核对 JSON 的写法，并用 UTF-8 编码。"),
    )
