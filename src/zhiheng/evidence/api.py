"""The API of evidence: the same queries and actions as the pages and the commands."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Router, Status, UploadedFile

from zhiheng.evidence import (
    accreditations,
    actions,
    answers,
    attachments,
    contested,
    log,
    objections,
    queries,
    receiving,
    retention,
)
from zhiheng.evidence import rows as said
from zhiheng.evidence.kinds import ALL, known_kind
from zhiheng.evidence.scope import Narrowed
from zhiheng.evidence.templates import write_kind_template
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import (
    SIGNED_IN,
    After,
    JobStarted,
    Limit,
    LongText,
    Number,
    Page,
    Text,
    job_started,
    page,
    require_any,
)

router = Router(tags=["evidence"])
OBJECTION_RIGHTS = ("objections.decide", "objections.file")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/kinds", response=list[answers.KindLine])
def kinds(request: HttpRequest) -> Any:
    """证据种类 / Kinds of evidence"""
    return [said.kind_row(kind) for kind in ALL.values()]


@router.get("/kinds/{kind}", response=answers.KindSaid)
def kind(request: HttpRequest, kind: Text) -> Any:
    """一个种类的各列 / One kind with its columns"""
    return said.kind_columns(known_kind(kind))


@router.get("/kinds/{kind}/template", auth=SIGNED_IN, url_name="kind_template")
def template(request: HttpRequest, kind: Text) -> HttpResponse:
    """填报模板（Excel） / The template of a kind as a workbook"""
    require_any(request, "evidence.import")
    declared = known_kind(kind)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_kind_template(declared, path)
        response = HttpResponse(path.read_bytes(), content_type=EXCEL)
    response.headers["Content-Disposition"] = f'attachment; filename="{declared.code}.xlsx"'
    return response


@router.get("/log", response=answers.HeadSaid)
def head(request: HttpRequest) -> Any:
    """日志的大小和根 / Size and root of the log"""
    return asdict(log.head())


@router.get("/rows", auth=SIGNED_IN, response=Page[answers.RowSaid])
def rows(
    request: HttpRequest,
    kind: Text | None = None,
    region: Text | None = None,
    organisation: Number | None = None,
    batch: Number | None = None,
    after: After | None = None,
    limit: Limit = 50,
) -> Any:
    """证据行，从新到旧 / Rows of evidence, newest first

    只含调用者可见的行；个人信息遮蔽。
    Only rows the caller may see; personal values are masked.
    """
    narrowed = Narrowed(kind, region, organisation, batch)
    found = queries.visible_rows(actor_of(request), narrowed, before=after, limit=limit + 1)
    return page([said.row_said(row) for row in found], limit, lambda row: row["row"])


@router.get("/rows/{number}", auth=SIGNED_IN, response=answers.RowSaid)
def row(request: HttpRequest, number: Number) -> Any:
    """一行证据 / One row of evidence"""
    return said.row_said(queries.row(actor_of(request), number))


@router.get("/rows/{number}/proof", auth=SIGNED_IN, response=answers.ProofSaid)
def proof(request: HttpRequest, number: Number) -> Any:
    """这一行在台账中的证明 / Proof that the row is in the ledger"""
    return queries.proof(actor_of(request), number)


@router.post("/rows/{number}/erasure", auth=SIGNED_IN, response=answers.ErasedSaid)
def erase(request: HttpRequest, number: Number, given: answers.EraseGiven) -> Any:
    """依法删除一行里的个人信息 / Erase personal values of a row

    证明仍然有效；原始文件中的同一内容一并去除。
    Every proof stays valid; what kept files say of it is removed too.
    """
    erased = actions.erase(actor_of(request), number, given.columns, given.basis)
    return {"row": number, "erased": erased}


@router.get("/batches", auth=SIGNED_IN, response=Page[answers.BatchSaid])
def batches(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """批次，从新到旧 / Deliveries, newest first"""
    found = queries.batches(actor_of(request))
    if after is not None:
        found = found.filter(id__lt=after)
    shown = [said.batch_row(batch) for batch in found[: limit + 1]]
    return page(shown, limit, lambda row: row["batch"])


@router.post("/nothing", auth=SIGNED_IN, response=answers.NothingSaid)
def nothing(request: HttpRequest, given: answers.NothingGiven) -> Any:
    """申报某期间无可报告 / Report that there was nothing to report"""
    return actions.report_nothing(actor_of(request), **given.dict())


@router.post("/imports", auth=SIGNED_IN, response={200: JobStarted, 202: JobStarted})
def hand_in(
    request: HttpRequest,
    kind: Form[Text],
    table: File[UploadedFile],
    mapping: File[UploadedFile | None] = None,
    mode: Form[Literal["rollback", "proceed"]] = "rollback",
) -> Any:
    """报送一个文件：后台导入 / Hand in a file: a job imports it

    rollback 有错全退，proceed 收下无错的行。同一内容重复报送得到原来的任务（200）。
    rollback takes all or nothing, proceed the sound rows. The same content sent again finds the
    job that it started before (200).
    """
    job, new = receiving.hand_in(actor_of(request), kind, table, mapping, mode)
    return Status(202 if new else 200, job_started(job))


@router.get("/objections", auth=SIGNED_IN, response=Page[answers.ObjectionSaid])
def listed_objections(
    request: HttpRequest,
    state: Literal["open", "upheld", "rejected", "withdrawn"] | None = None,
    after: After | None = None,
    limit: Limit = 50,
) -> Any:
    """异议，最近有动静的在前 / Objections, the one that moved last first"""
    actor = require_any(request, *OBJECTION_RIGHTS)
    found = contested.objections(actor, state=state, before=after, limit=limit + 1)
    return page(found, limit, lambda each: each.evidence)


@router.get("/objections/{objection}", auth=SIGNED_IN, response=list[answers.ObjectionSaid])
def objection(request: HttpRequest, objection: Text) -> Any:
    """一件异议的各步，先后为序 / The steps of an objection, the first one first"""
    return contested.objection_steps(require_any(request, *OBJECTION_RIGHTS), objection)


@router.get(
    "/objections/{objection}/attachment", auth=SIGNED_IN, url_name="api_objection_attachment"
)
def attachment(request: HttpRequest, objection: Text) -> FileResponse:
    """异议所附的文件 / The file that stands behind an objection"""
    found = contested.objection(require_any(request, *OBJECTION_RIGHTS), objection)
    if not (found.attachment and found.attachment_name):
        raise Http404
    path = attachments.kept(found.attachment, found.attachment_name)
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.attachment_name)


@router.post("/rows/{number}/objections", auth=SIGNED_IN, response={201: answers.ObjectionFiled})
def object_to_row(
    request: HttpRequest,
    number: Number,
    grounds: Form[LongText],
    attachment: File[UploadedFile | None] = None,
) -> Any:
    """企业对一行提出异议 / A firm objects to a row about itself"""
    attached = attachments.received(attachment) if attachment is not None else None
    made = objections.file_objection(actor_of(request), number, grounds, attached)
    return Status(201, {"number": made, "row": number})


@router.post("/objections/{objection}/decision", auth=SIGNED_IN, response=answers.ObjectionSaid)
def decide_objection(request: HttpRequest, objection: Text, given: answers.ObjectionDecided) -> Any:
    """认定成立或不成立；企业可撤回 / Uphold or reject; the firm may withdraw"""
    actor = actor_of(request)
    if given.decision == objections.WITHDRAWN:
        objections.withdraw(actor, objection, given.reason)
    else:
        objections.decide(actor, objection, given.decision, given.reason, void=given.void)
    return contested.objection(actor, objection)


@router.get(
    "/accreditations",
    auth=SIGNED_IN,
    response=list[answers.AccreditationSaid],
    by_alias=True,
)
def listed_accreditations(request: HttpRequest) -> Any:
    """技术机构的资质：本机构的，管理员见全部 / Accreditations: one's own, or all for who manages"""
    return [
        accreditations.accreditation_row(each)
        for each in accreditations.visible_to(actor_of(request))
    ]


@router.post("/accreditations", auth=SIGNED_IN, response=answers.AccreditationsLoaded)
def load_accreditations(request: HttpRequest, given: answers.AccreditationsGiven) -> Any:
    """载入资质清单，全部无误才写入 / Load a list of accreditations, all or none"""
    return {"loaded": accreditations.accredit(actor_of(request), given.entries)}


@router.get("/retention", auth=SIGNED_IN, response=list[answers.RetentionSaid])
def retention_rules(request: HttpRequest) -> Any:
    """今日适用的保留期限 / How long things are kept, as of today"""
    return retention.in_force(timezone.localdate())
