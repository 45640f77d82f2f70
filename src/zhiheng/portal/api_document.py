"""The OpenAPI document: summaries in both languages, and all that an operation may answer."""

from __future__ import annotations

from typing import Any

from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation
from ninja.schema import NinjaGenerateJsonSchema

from zhiheng.evidence.api import EXCEL
from zhiheng.reports.actions import MEDIA_TYPES
from zhiheng.reports.api import ZIP
from zhiheng.web.problems import MEDIA_TYPE, ProblemBody

REFUSALS = {
    400: "请求的内容读不出来 / the body cannot be read",
    401: "没有登录，或令牌无效 / not signed in, or the token is not valid",
    403: "没有权限 / the account may not do this",
    404: "没有找到，或无权查看 / not there, or not to be seen by this account",
    405: "此地址不接受这种方法 / the address does not take this method",
    409: "与他人的操作冲突 / somebody else did or does the same",
    413: "请求过大 / too large",
    415: "内容类型不对 / wrong media type",
    422: "内容不符合要求，errors 逐项说明 / the content is refused, errors say why",
    429: "请求过于频繁 / too many requests",
    500: "系统出错 / the system failed",
}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FILES = {
    "template": [EXCEL],
    "verdict_report": list(MEDIA_TYPES.values()),
    "marked": [EXCEL],
    "attachment": ["application/pdf", "image/png", "image/jpeg", WORD, EXCEL],
    "held_about_organisation": [ZIP],
    "held_about_person": [ZIP],
}
"""Operations that answer with a file, and its media types."""

TITLE = "质衡 / Zhiheng"
DESCRIPTION = """质衡的接口：页面所见，接口都可取；比率为纯小数。列表以 `next` 续读，不计总数。
错误一律为 RFC 9457 问题体，附 `code`（稳定代码）、`fix`（怎样改）和 `errors`（所有问题）。

The interface of Zhiheng: whatever the pages show. Ratios are pure (0.943). Lists go on by `next`
and are never counted. Every error is an RFC 9457 problem body with a stable `code`, what to do
(`fix`), and everything that is wrong at once (`errors`).

以 `/open` 开头的和声明（区域、种类、指标、日志）不需要登录，并带 `ETag`。
What lies under `/open`, and the declarations (regions, kinds, indicators, log), needs no account
and carries an `ETag`."""


class Document(OpenAPISchema):
    """What `/api/v1/openapi.json` says."""

    def __init__(self, api: Any, path_prefix: str) -> None:
        super().__init__(api, path_prefix)
        self["info"]["description"] = DESCRIPTION
        self["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
        self["components"]["schemas"]["ProblemBody"] = _problem_schema(self.schemas)

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details = super().operation_details(operation)
        details["operationId"] = _name(operation)
        words = (operation.view_func.__doc__ or "").strip().split("\n", 1)
        details["summary"] = words[0].strip()
        details.pop("description", None)
        if len(words) > 1:
            details["description"] = "\n".join(
                line.strip() for line in words[1].split("\n")
            ).strip()
        name = operation.view_func.__name__
        if name in _FILES:
            binary = {"schema": {"type": "string", "format": "binary"}}
            details["responses"][200] = {
                "description": "文件 / a file",
                "content": dict.fromkeys(_FILES[name], binary),
            }
        for status, said in _refused(operation, "requestBody" in details).items():
            details["responses"][status] = said
        return details


def _name(operation: Operation) -> str:
    """Room and function: unique, and stable as long as the function is called so."""
    module = operation.view_func.__module__.removeprefix("zhiheng.").removesuffix(".api")
    return f"{module.replace('.', '_')}_{operation.view_func.__name__}"


def _refused(operation: Operation, has_body: bool) -> dict[int, dict[str, Any]]:
    """The refusals that this operation can give."""
    wanted = {404, 405, 422, 429, 500}
    if operation.auth_callbacks:
        wanted |= {401, 403}
    if has_body:
        wanted |= {400, 409, 413, 415}
    content = {MEDIA_TYPE: {"schema": {"$ref": REF_TEMPLATE.format(model="ProblemBody")}}}
    said: dict[int, dict[str, Any]] = {
        status: {"description": REFUSALS[status], "content": content} for status in sorted(wanted)
    }
    if not operation.auth_callbacks:
        said[304] = {"description": "内容未变 / not changed since"}
    return said


def _problem_schema(others: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = ProblemBody.model_json_schema(
        ref_template=REF_TEMPLATE, schema_generator=NinjaGenerateJsonSchema
    )
    others.update(schema.pop("$defs", {}))
    return schema
