"""Refusals of path models."""

from __future__ import annotations

from typing import Any

from zhiheng.methods.errors import MethodError
from zhiheng.office.words import _


def words(error: MethodError) -> tuple[str, str] | None:
    """Message and what to do, of refusals of path models."""
    return _words({name: _plain(value) for name, value in error.values.items()}).get(error.code)


def _plain(value: object) -> Any:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else value


def _words(v: dict[str, Any]) -> dict[str, tuple[str, str]]:
    v = _Known(v)
    return {
        "pls.construct": (
            _("模型只有 {count} 个变量。", count=v["count"]),
            _("至少要有两个变量，并有路径相连。"),
        ),
        "pls.twice": (_("“{name}”写了两次。", name=v["name"]), _("请删去一处。")),
        "pls.items": (_("变量“{name}”没有题项。", name=v["name"]), _("请写上测量它的题项。")),
        "pls.mode": (
            _("变量“{name}”的方式 {mode} 不能识别。", name=v["name"], mode=v["mode"]),
            _("可用 A（反映型）或 B（形成型）。"),
        ),
        "pls.item": (
            _("题项“{item}”出现两次。", item=v["item"]),
            _("一个题项只测量一个变量，请删去一处。"),
        ),
        "pls.path": (
            _("路径 {path}：没有变量“{name}”。", path=v["path"], name=v["name"]),
            _("模型的变量有：{known}。", known=v["known"]),
        ),
        "pls.self": (_("“{name}”有一条指向自己的路径。", name=v["name"]), _("请删去这条路径。")),
        "pls.cycle": (
            _("{names} 之间的路径成了环。", names=v["names"]),
            _("路径只能从因到果，请删去环中的一条。"),
        ),
        "pls.unconnected": (
            _("没有路径连到 {names}。", names=v["names"]),
            _("每个变量至少要有一条路径；用不到的变量请删去。"),
        ),
        "pls.few": (
            _("只有 {n} 份答卷，这个模型至少要 {wanted} 份才能算。", n=v["n"], wanted=v["wanted"]),
            _("请补充答卷，或减少变量和路径；用于发布一般不少于250份。"),
        ),
        "pls.constant": (
            _("{items} 的全部答案都相同，无法估计。", items=v["items"]),
            _("请核对这些题项，或从模型中删去。"),
        ),
        "pls.collinear": (
            _("变量“{name}”的题项 {items} 彼此完全决定。", name=v["name"], items=v["items"]),
            _("请删去其中一题，或改用方式 A。"),
        ),
        "pls.confounded": (
            _("指向“{name}”的 {names} 彼此完全决定。", name=v["name"], names=v["names"]),
            _("请删去其中一条路径。"),
        ),
        "pls.unrelated": (
            _("{names} 的题项与相连变量的题项毫无关系，权重无从确定。", names=v["names"]),
            _("请核对题项是否写对，或删去这些变量。"),
        ),
        "pls.converge": (
            _("迭代 {iterations} 次后权重仍在变化。", iterations=v["iterations"]),
            _("请换一种加权方式（--scheme），并检查与邻近变量几乎无关的题项。"),
        ),
        "pls.scheme": (
            _("加权方式 {given} 不能识别。", given=v["given"]),
            _("可用：centroid（重心）、factorial（因子）、path（路径）。"),
        ),
        "pls.replicates": (
            _("重抽 {given} 次不行。", given=v["given"]),
            _("可用 2 到 {most} 次；区间一般取 1000 次以上。", most=v["most"]),
        ),
        "pls.resamples": (
            _("重抽 {drawn} 次，只有 {used} 次能算。", drawn=v["drawn"], used=v["used"]),
            _("答卷太少，或有题项几乎人人答得一样；请补充答卷或删去这样的题项。"),
        ),
    }


class _Known(dict[str, Any]):
    """Only the refusal at hand names its values; the other texts are not said."""

    def __missing__(self, name: str) -> str:
        return ""
