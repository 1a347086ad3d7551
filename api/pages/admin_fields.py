"""The fields of a form as a page shows them, read from the schema of what the interface takes: there is no second one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.forms import Form

FIELD_WORDS = {
    "access_need": "出行需要",
    "active": "可以登录",
    "address": "地址",
    "area": "区域代码",
    "arrived_on": "迁入日期",
    "blocked_providers": "不要的服务商",
    "born_on": "出生日期",
    "building": "楼栋",
    "capacity": "同时接单数",
    "care_mode": "照护方式",
    "categories": "服务类别",
    "cells": "负责的网格",
    "closed": "已停办",
    "code": "代码",
    "consent": "本人同意",
    "contact": "联系人",
    "credit_code": "统一社会信用代码",
    "datum": "坐标系",
    "department": "部门",
    "deputy": "副职或代办人",
    "deputy_phone": "代办人电话",
    "dialect": "方言",
    "dialects": "会说的方言",
    "direction": "方向",
    "ended_on": "结束日期",
    "every_s": "周期（秒）",
    "ended_why": "结束原因",
    "firmware": "固件版本",
    "grace_s": "宽限（秒）",
    "hours": "营业时间",
    "household": "户号",
    "households": "户数",
    "identity": "身份证号",
    "items": "承办的服务项目",
    "kind": "种类",
    "lat": "纬度",
    "leaves_on": "预计离开",
    "licences": "证照",
    "lon": "经度",
    "max_travel_min": "最远路程（分钟）",
    "most_bad": "坏行上限（比例）",
    "name": "名称",
    "no": "编号",
    "other_names": "别名",
    "owner": "负责部门代码",
    "password": "密码",
    "phone": "电话",
    "preferred_providers": "常用的服务商",
    "prices_fen": "价格（分）",
    "provider": "服务商行号",
    "provider_no": "同时接单的服务商编号",
    "reason": "停办的原因",
    "purpose": "用途",
    "removed": "已拆除",
    "resident": "居民编号",
    "resume": "恢复登记",
    "role": "角色",
    "room": "房间",
    "service_areas": "服务范围",
    "services": "可办的服务项目",
    "shape": "边界",
    "source": "谁说的",
    "station": "所在站点",
    "trade": "行业",
    "subject": "登记簿",
    "unit": "单元",
    "user": "用户名",
    "women": "能派女师傅",
    "worker": "网格员用户名",
}
HINT_WORDS = {
    "area": "区、街道、社区或网格的代码，须在您的范围内",
    "capacity": "0 到 500 的整数",
    "categories": "目录里的类别代码，用分号隔开",
    "cells": "网格代码，用分号隔开，须在其区域内",
    "credit_code": "18 位，末位是校验码，没有登记过",
    "department": "目录里的部门代码，如 DP01",
    "dialects": "普通话以外的，用分号隔开",
    "items": "目录里的项目代码，用分号隔开",
    "services": "目录里的项目代码，用分号隔开",
    "station": "您范围内在办的站点编号，如自助机所在的大厅",
    "reason": "停办时要写",
    "code": "以社区代码开头，共 15 位，没有用过",
    "ended_why": "died 去世，moved_away 迁出，wrong 登记有误",
    "direction": "in 收，out 发",
    "every_s": "60 秒到 31 天，到期没有成功的消息就变黄",
    "grace_s": "到期后再过这么久变红",
    "hours": "如 Mo-Su 08:00-20:00 或 24/7",
    "identity": "18 位身份证号，与出生日期一致",
    "kind": "目录里的种类",
    "lat": "经度和纬度一起填，须在您的范围内",
    "licences": "用分号隔开",
    "lon": "经度和纬度一起填，须在您的范围内",
    "max_travel_min": "1 到 1440，空着为不限",
    "most_bad": "0 到 1；坏行超过这个比例，整条消息搁置",
    "name": "不能空着",
    "no": "设备上的编号，没有登记过",
    "owner": "部门表里的代码",
    "password": "长一些，不含用户名，不是常见的词",
    "phone": "手机 11 位，座机带区号",
    "prices_fen": "项目代码=分，用分号隔开",
    "purpose": "发的才填：用途表里的词",
    "resident": "您范围内已登记居民的编号",
    "role": "系统里的角色代码",
    "provider_no": "服务商编号，如 P00012；不接单就空着",
    "service_areas": "区域代码的开头，用分号隔开",
    "shape": "GeoJSON 面，不与别的网格重叠",
    "source": "如 本人、家属、社区走访",
    "subject": "收：residents、providers、devices、visits、tickets；发：tickets、providers",
    "user": "2 到 32 位小写字母、数字、点或横线，没有用过",
    "worker": "可以登录的网格员，其区域含这个网格；空着为空缺",
}
OF_PLACE = frozenset({"lon", "lat", "datum"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: how it is written (``way``), what it holds now, and its limits.

    ``way`` is ``text``, ``number``, ``date``, ``secret``, ``choice``, ``list``, ``pairs`` or ``json``. ``now`` is shown
    beside the field where what it holds is masked, so that a mask is never sent as a value.
    """

    name: str
    way: str
    value: str = ""
    now: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    limits: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What it is called, in Chinese."""
        return FIELD_WORDS[self.name]

    @property
    def hint(self) -> str:
        """How it is to be written, in Chinese; empty where the label says it."""
        return HINT_WORDS.get(self.name, "")


def fields_of(form: type[Form], values: Mapping[str, Any], masked: frozenset[str]) -> list[Field]:
    """Return the fields of a form in its order, the place last; parts that are lists of records have pages of their own.

    Parameters
    ----------
    form : type
        What the interface takes.
    values : Mapping
        What is known, as the interface answers it.
    masked : frozenset of str
        Fields of which a mask is known and no value.
    """
    schema = form.model_json_schema()
    needed = set(schema.get("required", ()))
    found = []
    for name, told in schema["properties"].items():
        inner = next((one for one in told.get("anyOf", ()) if one.get("type") != "null"), told)
        if (way := _way(name, inner)) is None:
            continue
        value = written(values.get(name))
        hidden = name in masked
        found.append(
            Field(
                name=name,
                way=way,
                value="" if hidden else value or str(told.get("default") or ""),
                now=value if hidden else "",
                required=name in needed,
                choices=("true", "false") if inner.get("type") == "boolean" else tuple(inner.get("enum", ())),
                limits=_limits(inner),
            )
        )
    return sorted(found, key=lambda field: field.name in OF_PLACE)


def _way(name: str, schema: Mapping[str, Any]) -> str | None:
    """Tell how a value of a schema is written; None for what no single field holds."""
    if name == "password" or "$ref" in schema:
        return "secret" if name == "password" else "json"
    if "enum" in schema or schema["type"] == "boolean":
        return "choice"
    if schema["type"] == "array":
        return None if "$ref" in schema["items"] else "list"
    if schema["type"] == "object":
        return "pairs"
    if schema["type"] in ("integer", "number"):
        return "number"
    return "date" if schema.get("format") == "date" else "text"


def _limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limits of a schema as attributes of an input."""
    names = {"maxLength": "maxlength", "minLength": "minlength", "minimum": "min", "maximum": "max"}
    limits = {names[key]: value for key, value in schema.items() if key in names}
    if schema.get("type") == "number":
        limits["step"] = "any"
    return limits


def written(value: object) -> str:
    """Return a value as it stands in a field or in a cell of a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={inner}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(one) for one in value)
    return str(value)
