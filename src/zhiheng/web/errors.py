"""Error pages: what happened, what to do, in the dress of every other page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from zhiheng.office.breakdowns import in_words
from zhiheng.office.words import _
from zhiheng.rules.errors import (
    ConflictError,
    ContentError,
    IntegrityError,
    LimitError,
    MachineError,
    RightError,
    UsageError,
    ZhihengError,
)
from zhiheng.web.problems import is_api, problem

STATUS: dict[type[ZhihengError], int] = {
    ContentError: 422,
    UsageError: 404,
    RightError: 403,
    ConflictError: 409,
    IntegrityError: 500,
    LimitError: 429,
    MachineError: 503,
}


def status_of(error: ZhihengError) -> int:
    """The HTTP status of an error's class."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)


def page(
    request: HttpRequest, status: int, title: str, what: str, fix: str, code: str = ""
) -> HttpResponse:
    """One error page; a problem body where a program asks."""
    if is_api(request):
        return problem(request, status, code or f"http.{status}", what, fix)
    words = {"status": status, "title": title, "what": what, "fix": fix}
    return HttpResponse(render_to_string("web/error.html", words, request), status=status)


def refusal(request: HttpRequest, error: ZhihengError) -> HttpResponse:
    """The page, or problem body, of an error that speaks to people."""
    status = status_of(error)
    answer = page(request, status, _title(status), error.message, error.fix, error.code)
    if isinstance(error, LimitError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


class ErrorPages:
    """Shows an error that speaks to people as a page instead of a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        shown = in_words(error)
        if shown is None:
            return None
        return refusal(request, shown)


def _title(status: int) -> str:
    return {
        403: _("没有权限"),
        404: _("没有找到"),
        409: _("与他人的操作冲突"),
        413: _("提交的内容太大"),
        422: _("内容不符合要求"),
        429: _("操作过于频繁"),
        500: _("系统出错了"),
        503: _("系统暂时不能工作"),
    }.get(status, _("请求无法处理"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        400,
        _title(400),
        _("浏览器发来的请求不完整或格式不对。"),
        _("请返回上一页，重新填写后再提交。"),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        403,
        _title(403),
        _("您当前的身份不能查看这个页面或执行这项操作。"),
        _("请以有相应权限的账号登录；若应有权限而没有，请联系管理员。"),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request,
        403,
        _("这次提交未被接受"),
        _("页面停留过久，或浏览器禁用了 Cookie，系统无法确认是您本人提交。"),
        _("请返回上一页，刷新后再提交一次。"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        404,
        _title(404),
        _("地址“{path}”没有对应的页面。", path=request.path),
        _("请检查地址是否完整，或从首页重新进入。尚未发布的内容不对外显示。"),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        500,
        _title(500),
        _("系统在处理这次请求时出错，错误已记入服务器日志。"),
        _("请稍后再试；若反复出现，请把发生时间告诉管理员。"),
    )
