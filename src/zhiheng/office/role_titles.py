"""What each role is called by people."""

from __future__ import annotations

from zhiheng.office.words import _


def title(role: str) -> str:
    """The role's name in the language of the page; its code where it is no role any more."""
    return {
        "administrator": _("系统管理员"),
        "security": _("安全管理员"),
        "reporter": _("报送员"),
        "reviewer": _("主体核对员"),
        "analyst": _("测算员"),
        "editor": _("发布提请人"),
        "approver": _("发布核准人"),
        "auditor": _("审计管理员"),
        "personal_reader": _("个人信息查阅人"),
        "adjudicator": _("异议处理员"),
        "complaint_clerk": _("投诉受理员"),
        "report_officer": _("举报处理员"),
        "complaint_head": _("投诉举报负责人"),
        "representative": _("企业代表"),
        "technician": _("技术机构报送员"),
    }.get(role, role)
