"""What each right lets one do, in people's words, to stand after 无权 or “may not”."""

from __future__ import annotations

from zhiheng.office.words import _


def title(right: str) -> str:
    """The right's name in the language of the page; its code where it is no right."""
    return {
        "audit.read": _("查阅审计记录"),
        "complaints.decide": _("审批投诉举报"),
        "complaints.enter": _("登记投诉举报"),
        "complaints.handle": _("办理投诉"),
        "evidence.erase": _("删除个人信息"),
        "evidence.import": _("报送各类数据"),
        "evidence.own": _("查阅本单位的数据"),
        "evidence.personal": _("查阅个人信息"),
        "evidence.read": _("查阅数据"),
        "home.backup": _("备份全部数据"),
        "indicators.measure": _("做测算"),
        "objections.decide": _("处理异议"),
        "objections.file": _("对数据提出异议"),
        "office.manage": _("管理单位和账号"),
        "office.secure": _("重置密码和第二因素"),
        "plans.load": _("载入规划和目标"),
        "publication.approve": _("核准发布"),
        "publication.read": _("查阅发布申请"),
        "publication.request": _("提请发布"),
        "reports.handle": _("办理举报"),
        "subjects.review": _("核对主体"),
    }.get(right, right)
