"""The facts of a line of the trail in words. They are codes, so what a code means is said here alone."""

from imports.enums import Export
from segments.enums import ByHand
from segments.rules.by_hand import words_of
from staff.enums import AbsenceReason, Action, Role
from vehicles.enums import DecidedHow, Decision, OpportunityKind, OpportunityState

HOW = {"password": "密码不对", "pin": "快捷码不对", "confirm": "再次输入的密码不对"}
BOOKED = {"made": "约好", "moved": "改期", "cancelled": "取消", "no_show": "没来", "expected": "撤销，照旧等"}
POINTS = {
    "by_hand": "加减积分", "taken_back": "撤销加减", "claimed": "申请加分", "approved": "批准加分",
    "refused": "没批加分", "gift_ordered": "换礼品", "gift_handed": "礼品领走", "gift_cancelled": "礼品退回",
    "voucher_given": "发券", "voucher_used": "用券", "voucher_rolled_back": "退券", "voucher_voided": "券作废",
    "wallet": "发了钱包链接", "wallet_ended": "收回钱包链接", "wallet_locked": "钱包链接答错五次，锁上",
}  # fmt: skip
REFERRED = {
    "approved": "审核通过", "refused": "审核不通过", "handed": "谢礼交付", "settled": "退单的谢礼处理完",
    "appointed": "请他做口碑大使", "dismissed": "不再是口碑大使", "resumed": "合并撤销，又是口碑大使",
    "carded": "给了带二维码的卡", "thanked": "记了一次致谢", "spent": "记了来源的花费",
}  # fmt: skip
CIRCLED = {"joined": "记下圈子", "left": "去掉圈子", "related": "记下认识的人", "unrelated": "去掉认识的人"}
DRIVEN = {"start": "开始", "end": "提前结束"}
QUOTED = {
    "started": "开始", "written": "改了项目", "decided": "记下决定", "undecided": "撤销决定", "revived": "旧项目再提",
    "withdrawn": "作废", "restored": "恢复", "shared": "发了链接", "unshared": "收回链接", "taught": "讲了知识卡",
    "untaught": "撤销讲过", "photographed": "加了照片", "photo_removed": "拿掉照片", "photo_back": "照片放回",
    "statement": "发了年度账单", "statement_ended": "收回年度账单",
}  # fmt: skip
WARRANTED = {
    "given": "开卡", "voided": "作废", "restored": "恢复", "shared": "发了链接", "unshared": "收回链接",
}  # fmt: skip
PHOTOGRAPHED = {"added": "加了", "removed": "拿掉", "back": "放回来"}
DID = {
    "hire": "新加",
    "change": "改岗位或门店",
    "disable": "停用",
    "enable": "恢复",
    "reset_password": "重设密码",
    "clear_pin": "清除快捷码",
    "enrol": "设为合用",
    "revoke": "停用",
}


def detail_of(action: str, facts: dict, names: dict[str, dict[int, str]]) -> str:
    """What more is to say of an act; "" for nothing. Changed fields come in words already."""
    return WORDS.get(action, _changed)(facts, names)


def mentioned(action: str, facts: dict) -> list[tuple[str, int]]:
    """The (kind, id) of whatever the words of an act name beside its subject."""
    named = MENTIONS.get(action, lambda facts: [])(facts)
    return [(kind, pk) for kind, pk in named if pk]


def _name(kind: str, pk: int | None, names) -> str:
    """Who may not be seen, or is gone, is a number."""
    return names.get(kind, {}).get(pk, f"#{pk}") if pk else ""


def _booked(facts, names) -> str:
    return f"{BOOKED.get(facts.get('did'), '')}（{facts.get('on', '')}）"


def _quoted(facts, names) -> str:
    words = [QUOTED.get(facts.get("did"), "")]
    if facts.get("decision") in Decision.values and facts.get("how") in DecidedHow.values:
        words.append(f"{Decision(facts['decision']).label}，{DecidedHow(facts['how']).label}")
    return "：".join(words)


def _chance(facts, names) -> str:
    """保险到期：待跟进 → 说过了."""
    kind = OpportunityKind(facts["kind"]).label if facts.get("kind") in OpportunityKind.values else ""
    states = [facts.get(end) for end in ("before", "after") if facts.get(end) in OpportunityState.values]
    return f"{kind}：{' → '.join(OpportunityState(state).label for state in states)}"


def _points(facts, names) -> str:
    points = facts.get("points")
    return POINTS.get(facts.get("did"), "") + (f"（{points:,} 分）" if isinstance(points, int) else "")


def _away(facts, names) -> str:
    reason = AbsenceReason(facts["reason"]).label if facts.get("reason") in AbsenceReason.values else ""
    did = "不在" if facts.get("did") == "noted" else "回来了"
    return f"{did}：{facts.get('first_on')} 到 {facts.get('last_on')} {reason}"


def _changed(facts, names) -> str:
    return "、".join(facts.get("fields", ()))


def _staff(facts, names) -> str:
    before, after, did = facts.get("before"), facts.get("after"), facts.get("did")
    places = " → ".join(_place(place, names) for place in (before, after) if place) if before != after else ""
    act = "" if did == "change" and not places else DID.get(did, "")
    return "，".join(word for word in (act, places, "改了姓名" if facts.get("renamed") else "") if word)


def _place(place: dict, names) -> str:
    role = Role(place["role"]).label if place["role"] in Role.values else place["role"]
    return f"{role}（{names['stores'].get(place['store'], '全部门店')}）"


def _exported(facts, names) -> str:
    what = Export(facts["export"]).label if facts.get("export") in Export.values else ""
    return "，".join([what, f"{facts.get('rows', 0)} 行", *(["电话已遮"] if facts.get("masked") else [])])


def _refused(facts, names) -> str:
    return HOW.get(facts.get("how"), "") + ("，暂停 15 分钟" if facts.get("locked") else "")


def _switched(facts, names) -> str:
    before = names["people"].get(facts.get("before"))
    return f"接替 {before}" if before else "从锁屏进入"


def _transferred(facts, names) -> str:
    if "after" not in facts:
        return ""
    before, after = (_name("customer", facts.get(end), names) or "没有车主" for end in ("before", "after"))
    return f"{before} → {after}" + (f"，{facts['since']} 起" if facts.get("since") else "")


def _moved(facts, names) -> str:
    return " → ".join(_car_and_owner(facts[end], names) for end in ("before", "after") if end in facts)


def _car_and_owner(place: dict, names) -> str:
    car = _name("vehicle", place["vehicle"], names) or "没有车"
    return f"{car}（{_name('customer', place['customer'], names)}）"


def _household(facts, names) -> str:
    parts = [
        f"{word}：{'、'.join(_name('customer', pk, names) for pk in facts[end])}"
        for end, word in (("joined", "加入"), ("left", "离开"))
        if facts.get(end)
    ]
    if facts.get("member"):
        parts.append(f"改 {_name('customer', facts['member'], names)} 的{_changed(facts, names)}")
    return "，".join(parts)


def _decided(facts, names) -> str:
    codes = {ByHand(axis): code for axis, code in facts.get("codes", {}).items()}
    return "、".join(
        f"{axis.label} {words_of(axis, code)}" if code else f"{axis.label}按规则" for axis, code in codes.items()
    )


MENTIONS = {
    Action.TRANSFER_VEHICLE: lambda facts: [("customer", facts.get(end)) for end in ("before", "after")],
    Action.MOVE_VISIT: lambda facts: [
        (kind, facts[end][kind]) for end in ("before", "after") if end in facts for kind in ("vehicle", "customer")
    ],
    Action.HOUSEHOLD: lambda facts: [
        ("customer", pk) for pk in (*facts.get("joined", ()), *facts.get("left", ()), facts.get("member"))
    ],
}
WORDS = {
    Action.ABSENCE: _away,
    Action.DRIVE: lambda facts, names: DRIVEN.get(facts.get("did"), ""),
    Action.APPOINTMENT: _booked,
    Action.QUOTE: _quoted,
    Action.OPPORTUNITY: _chance,
    Action.POINTS: _points,
    Action.REFERRAL: lambda facts, names: REFERRED.get(facts.get("did"), ""),
    Action.CIRCLE: lambda facts, names: CIRCLED.get(facts.get("did"), ""),
    Action.VISIT_PHOTO: lambda facts, names: (
        f"{PHOTOGRAPHED.get(facts.get('did'), '')} {len(facts.get('photos', []))} 张"
    ),
    Action.WARRANTY: lambda facts, names: WARRANTED.get(facts.get("did"), ""),
    Action.TRANSFER_VEHICLE: _transferred,
    Action.MOVE_VISIT: _moved,
    Action.HOUSEHOLD: _household,
    Action.CHANGE_STAFF: _staff,
    Action.DESK: lambda facts, names: DID.get(facts.get("did"), ""),
    Action.EXPORT: _exported,
    Action.OVERRIDE: _decided,
    Action.SET_POLICY: lambda facts, names: "：".join(filter(None, (facts.get("cell"), _changed(facts, names)))),
    Action.SET_PIN: lambda facts, names: "取消" if facts.get("cleared") else "",
    Action.LOGIN_REFUSED: _refused,
    Action.SWITCH_USER: _switched,
}
