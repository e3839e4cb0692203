"""Which column means what, from the words at its head. Facts: data/header_aliases.json and its schemas.

Two floors: ALIASES are words met in real systems (the earlier one wins where two columns claim a field); FORMS are the
grammar behind them, for words nobody has listed. What neither knows, layout.py finds by what stands in the column.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..enums import FIELDS_OF, REPEATABLE_FIELDS, Field, Kind
from .values import Cell, folded, text_of

ALIASES: dict[Field, str] = {
    Field.NAME:
        "客户名称 客户姓名 车主姓名 车主名 车主名称 车主 客户名 客户 姓名 会员姓名 会员名称 "
        "顾客姓名 顾客名称 顾客 "
    "名称 机主 单位名称 联系人姓名 联系人 驾驶员 name customer",
    Field.PHONE:
        "手机号 手机号码 手机 客户手机 客户手机号 车主手机 车主手机号 移动电话 客户电话 车主电话 "
        "会员手机 会员手机号 "
    "会员电话 顾客电话 联系电话 电话 电话号码 联系方式 联系手机 联系号码 联系人电话 "
    "联系人手机 驾驶员电话 tel phone mobile",
    Field.ALT_PHONE:
        "备用电话 备用手机 其他电话 其它电话 第二电话 电话2 手机2 联系电话2 固定电话 "
    "座机 家庭电话 办公电话 家属电话",
    Field.BIRTHDAY: "生日 出生日期 出生年月日 客户生日 车主生日 会员生日",
    Field.NEIGHBOURHOOD: "小区 所在小区 居住小区 住址小区",
    Field.CAME_THROUGH: "客户来源 来源 来源渠道 渠道 获客渠道 介绍渠道",
    Field.PLATE: "车牌号 车牌号码 车牌 牌照号 牌照号码 牌照 号牌号码 号牌 车号 车辆号码 车辆牌照 plate",
    Field.VIN: "车架号 vin vin码 vin号 车架号码 车架vin 车辆识别代号 车辆识别号 车辆识别码 识别代码 大架号 底盘号",
    Field.ENGINE_NO: "发动机号 发动机号码 发动机编号 引擎号",
    Field.BRAND: "品牌 车辆品牌 厂家品牌 厂家/品牌 汽车品牌 厂牌 brand",
    Field.SERIES: "车系 车系名称 系列",
    Field.MODEL: "车型 车辆型号 车型/型号 型号 车型名称 车款 款式 车型代码 model",
    Field.ENERGY: "能源类型 能源 燃料类型 燃油类别 燃料种类 动力类型",
    Field.REGISTERED_ON:
        "上牌日期 上牌时间 注册登记日 车辆注册登记日期 注册登记日期 注册日期 初次登记日期 "
        "初登日期 登记日期 "
    "购车日期 购车时间 购买日期",
    Field.INSURER: "承保公司 保险公司 投保公司 交强保险公司 交强险公司 商业保险公司 承保单位",
    Field.INSURED_UNTIL:
        "交强险到期日 交强保险到期时间 交强险到期 交强险到期时间 交强险到期日期 保险到期日 "
        "保险到期日期 "
    "保险到期时间 保险到期 保险截止日期 保险有效期 保险有效期至 保险日期 保险终止日期",
    Field.COMMERCIAL_INSURED_UNTIL:
        "商业保险到期时间 商业险到期日 商业险到期 商业险到期时间 商业险到期日期 商业保险到期日",
    Field.PREMIUM: "上年保费 保费 保费金额 去年保费",
    Field.INSPECTED_UNTIL:
        "年检到期日 年审到期日 年检到期 年审到期 年检日期 年审日期 车检日期 年检到期日期 "
        "年审到期日期 "
    "年检到期时间 年审到期时间 年检有效期 年审有效期 检验有效期 检验有效期至 审车日期 验车日期",
    Field.KM: "进厂里程 入厂里程 进店里程 行驶里程 当前里程 当前公里数 里程 里程数 公里数 车辆里程 行驶公里 行驶公里数 "
    "行车里程 表显里程 里程表 最新里程 当前里程数 进厂公里数 本次里程 最后保养公里数 km mileage",
    Field.NUMBER:
        "工单号 维修单号 订单号 工单编号 单号 维修编号 结算单号 订单编号 单据编号 单据号 "
        "施工单号 服务单号 业务单号 "
    "委托书号 流水号 派工单号 销售单号 消费单号 全局编号 协议单号 工单唯一编号",
    Field.OPENED:
        "接待日期 接待时间 进厂日期 进厂时间 入厂时间 入厂日期 接车时间 接车日期 进店时间 "
        "进店日期 到店时间 到店日期 "
    "来店日期 报修日期 报修时间 开单时间 开单日期 工单日期 维修日期 送修日期 施工开始时间 "
    "开工时间 消费时间 消费日期 服务日期 "
    "服务时间 订单日期 下单时间 业务日期 单据日期 制单日期 施工日期 创建时间 日期 时间",
    Field.CLOSED:
        "出厂时间 出厂日期 结算时间 结算日期 实际完工时间 完工时间 完工日期 交车时间 交车日期 "
        "离店时间 离厂时间 "
    "竣工日期 竣工时间 完成时间 施工结束时间 时间结束时间 收款时间 收款日期 收银时间 提车时间",
    Field.ITEM:
        "项目名称 服务项目 维修项目 项目 施工项目 服务 服务名称 商品名称 洗车类型 作业项目 "
        "维修内容 消费项目 项目内容 "
    "保养项目 工时名称 物料名称 配件名称",
    Field.LABOUR: "工时费 工时金额 人工费 工费 工时费用 项目金额 单项金额 项目费用 费用 金额",
    Field.MATERIAL: "材料费 配件费 材料金额 配件金额 物料费 材料费用 零件费 销售价",
    Field.DISCOUNT: "优惠金额 优惠 折扣金额 减免金额 优惠减免 抹零 折让金额",
    Field.GROSS: "应收金额 应收 应付金额 应付 订单金额 合计金额 总金额 合计 总计 总价 消费金额",
    Field.PAID:
        "实收 实收金额 最终实际支付金额 实际支付金额 实付 实付金额 实际收款 收款金额 已收金额 "
        "已付金额 支付金额 结算金额",
    Field.INSURER_PAID: "保险支付 保险理赔 保险赔付 理赔金额 赔款金额 保险付款",
    Field.PAY_METHOD: "支付方式 结算方式 付款方式 收款方式 支付类型",
    Field.COST: "成本 成本价 成本金额 配件成本 材料成本 项目成本",
    Field.TECHNICIAN:
        "技师 主修人 施工人 施工工人 施工人员 维修工 维修技师 施工技师 维修人员 主修 主修技师 "
        "师傅 维修班组",
    Field.ADVISOR: "服务顾问 接车人 接待人 接待员 接待顾问 接待 业务员 顾问 开单人",
    Field.VOIDED: "是否作废 作废 是否取消 是否删除 作废标志 删除标志",
    Field.STATUS: "工单状态 状态 订单状态 单据状态 结算状态 维修状态 单据状态名称",
    Field.COMPLAINT: "交修原因 报修内容 报修陈述 客户描述 故障描述 客户陈述 送修原因",
    Field.REMARK: "备注 备注说明 工单备注 说明 备注信息 remark",
    Field.NEXT_ON: "下次保养日期 下次保养时间 下次保养 下次回厂日期 下次进厂日期 建议保养日期",
    Field.NEXT_KM: "下次保养里程 下次保养公里数 下次保养公里 下次里程 建议保养里程",
    Field.BROUGHT_BY: "送修人 送修人姓名 送车人 送修司机 送修人员",
    Field.BROUGHT_PHONE: "送修人电话 送修人手机 送修电话 送车人电话",
    Field.SALUTATION: "称呼 称谓 怎么称呼",
    Field.CUSTOMER_KIND: "客户类型 客户类别 客户性质 车主类型 车主性质 个人或单位",
    Field.WECHAT: "微信号 微信 客户微信 微信账号 微信id wechat",
    Field.EMAIL: "邮箱 电子邮箱 客户邮箱 邮箱地址 电子邮件 email e-mail",
    Field.NEED: "首要需求 主要需求 客户需求",
    Field.EMERGENCY_NAME: "紧急联系人 紧急联系人姓名",
    Field.EMERGENCY_PHONE: "紧急联系电话 紧急联系人电话 紧急联系人手机 紧急电话",
    Field.CARS_AT_HOME: "家庭车辆数 家庭用车数 家里几台车 名下车辆数",
    Field.TAGS: "标签 客户标签 会员标签 标签名称",
    Field.KM_ON: "里程日期 里程时间 抄表日期",
    Field.FORMER_PLATES: "曾用车牌 曾用牌照 历史车牌",
    Field.DESK_NUMBER: "前台单号",
    Field.CLOSED_ON: "结单日",
    Field.PROMISED: "答应交车时间 约定交车时间 承诺交车时间",
    Field.WARRANTY_PAID: "其中质保支付 质保支付 质保金额 索赔金额 厂家索赔 三包金额",
    Field.ITEM_KIND: "项目类别 服务类别 项目分类 业务类别",
    Field.ITEM_MEANT: "对应保养项",
    Field.SPOKEN: "沟通时间 沟通日期 回访时间 回访日期 跟进时间 跟进日期 联系时间 联系日期 来电时间 通话时间",
    Field.CHANNEL: "沟通方式 回访方式 跟进方式 联系渠道 沟通渠道",
    Field.DIRECTION: "谁找谁 沟通方向 呼叫方向",
    Field.MOOD: "客户情绪 情绪 客户态度",
    Field.SUBJECT: "事由 主题 沟通主题 回访主题 回访类型 跟进类型",
    Field.BODY: "沟通内容 沟通记录 回访内容 回访记录 回访结果 跟进内容 跟进记录 联系内容 通话内容",
    Field.AUTHOR: "记录人 回访人 跟进人 回访人员 跟进人员 回访员 录入人 创建人",
    Field.SETTLED: "安抚时间",
    Field.SETTLED_BY: "安抚人",
    Field.HOME: "家庭或单位",
    Field.HOME_KEY: "家庭号码",
    Field.RELATION: "家庭关系",
    Field.HOME_EMERGENCY: "家庭紧急联系人",
    Field.REACHED_THROUGH: "借用电话",
    Field.CAR_PEOPLE: "用车人",
    Field.CARD_NO:
        "会员卡号 卡号 会员卡号码 卡号码 储值卡号 会员卡编号 卡片编号 卡编号 会员卡 会员编号 会员号 cardno card",
    Field.CARD_TYPE:
        "卡类型 会员卡类型 卡种 卡名称 会员卡名称 卡名 卡项名称 套餐名称 套卡名称 套卡类型 会员等级 会员级别",
    Field.BALANCE:
        "卡内余额 余额 卡余额 会员卡余额 储值余额 储值卡余额 账户余额 剩余金额 可用余额 当前余额",
    Field.TIMES: "剩余次数 卡内次数 可用次数 剩余服务次数 余次 次数",
    Field.CARD_FROM: "开卡日期 办卡日期 开卡时间 办卡时间 发卡日期 发卡时间 入会日期 入会时间",
    Field.CARD_UNTIL:
        "卡有效期 会员卡有效期 有效期至 有效期 有效期限 卡到期日 卡到期日期 会员到期日 到期日期 到期日 到期时间 "
        "截止日期 失效日期",
    Field.AS_OF: "余额截至 截至日期 截至 余额日期 统计日期 导出日期",
    Field.INTRODUCER: "介绍人 推荐人 引荐人 介绍人姓名 推荐人姓名 转介绍人 介绍会员 推荐会员",
    Field.INTRODUCER_PHONE: "介绍人电话 推荐人电话 介绍人手机 推荐人手机 介绍人手机号 推荐人手机号 介绍人联系方式",
}  # fmt: skip

# Somebody else's number or name: an employee's, a shop's, an insurer's. Never the customer's.
_OTHERS = (
    r"(?!.*(?:顾问|员工|接待|技师|店|公司电话|业务员|推荐人|介绍人|保险|承保|开户|注册电话|司机证|操作|创建人|制单|"
    r"客服|救援))"
)
_ENDS = r"(?:到期|截止|终止|有效|期至|止)"
_WHEN = r"(?:日期|时间|日)?"
# The day an insurance begins or was bought, or a number on its paper, is not the day it ends.
_NO_START = r"(?!.*(?:起|生效|开始|出单|签单|购买|投保日|投保时))"
FORMS: list[tuple[Field, str]] = [
    (Field.NEXT_KM, r"(?:下次|下回|建议).*(?:里程|公里|km)"),
    (Field.NEXT_ON, r"(?:下次|下回|建议)(?:保养|回厂|进厂|服务|到店).*(?:日|时间)?"),
    (Field.BROUGHT_PHONE, r"(?:送修|送车).*(?:电话|手机|联系方式)"),
    (Field.BROUGHT_BY, r"(?:送修|送车)(?:人|司机).*"),
    (Field.EMERGENCY_PHONE, _OTHERS + r".*紧急.*(?:电话|手机|号码|联系方式)"),
    (Field.ALT_PHONE, _OTHERS +
        r".*(?:备用|其他|其它|第二|另一|家属|家庭|配偶|固定|办公|单位).*(?:电话|手机|号码|"
        r"联系方式)"),
    (Field.ALT_PHONE, _OTHERS + r".*(?:电话|手机|联系方式)(?:号码|号)?[2-9二三]"),
    (Field.PHONE, _OTHERS + r".*(?:手机|电话|联系方式|联系号码)(?:号码|号)?[1一]?"),
    (Field.PLATE, r"(?:.*(?:车牌|牌照|号牌)(?:号码|号|照)?|车辆?号码?)"),
    (Field.VIN, r".*(?:车架|vin|车辆识别|识别代[号码]|大架号|底盘号).*"),
    (Field.ENGINE_NO, r".*(?:发动机|引擎)(?:号码?|编号)"),
    (Field.REGISTERED_ON, rf".*(?:上牌|注册|初登|初次登记|登记|购车|购买)(?:登记)?{_WHEN}"),
    (Field.INSPECTED_UNTIL, rf".*(?:年检|年审|审车|车检|验车|检车|检验)(?:.*{_ENDS})?.*{_WHEN}"),
    (Field.PREMIUM, r".*保费.*"),
    (Field.INSURER, r".*(?:保险|承保|投保)(?:公司|单位)(?:名称)?"),
    (Field.COMMERCIAL_INSURED_UNTIL, rf"{_NO_START}.*商业.*(?:{_ENDS}.*|日期|时间)"),
    (Field.INSURED_UNTIL, rf"{_NO_START}.*(?:保险|交强|车险|投保).*(?:{_ENDS}.*|日期|时间)"),
    (Field.CAME_THROUGH, r".*(?:来源|渠道)"),
    (Field.BIRTHDAY, r".*(?:生日|出生(?:日期|年月日?))"),
    (Field.NEIGHBOURHOOD, r".*小区(?:名称)?"),
    (Field.KM, r".*(?:里程|公里)(?:表?读?数|表)?(?:/?km)?"),
    (Field.NUMBER,
        r"(?!.*(?:保单|保险|名单|账单|发票|运单|快递)).*(?:工单|订单|维修|单据|结算单?|施工单?|服务单?|业务单?|委托书?|派工单?|消费单?|"
        r"单)(?:编号|号码|号|编码)"),
    (Field.CLOSED, rf".*(?:出厂|结算|完工|交车|离店|离厂|出店|收款|收银|竣工|完成|提车|结单|结束){_WHEN}"),
    (Field.OPENED,
        r".*(?:进厂|入厂|接车|接待|开单|进店|到店|来店|来厂|报修|下单|消费|送修|维修|工单|业务|"
        r"施工|开工|服务)(?:日期|时间|日)"),
    (Field.COST, r".*成本.*"),
    (Field.LABOUR, r".*(?:工时|人工)(?:费用?|金额|小计|合计)"),
    (Field.MATERIAL, r".*(?:材料|配件|物料|零件|商品)(?:费用?|金额|小计|合计)"),
    (Field.DISCOUNT, r".*(?:(?:优惠|减免|抹零|折让)(?:金额|额)?|折扣(?:金额|额))"),
    (Field.WARRANTY_PAID, r".*(?:质保|索赔|三包)(?:支付|金额|款)"),
    (Field.INSURER_PAID, r".*(?:理赔|赔付|赔款|保险支付|保险付)(?:金额|款)?"),
    (Field.PAID, r".*(?:实收|实付|实际支付|实际收款|已收|已付|收款金额|支付金额|结算金额).*"),
    (Field.GROSS, r".*(?:应收|应付|总金额|合计金额|总价|总计).*"),
    (Field.PAY_METHOD, r".*(?:支付|付款|结算|收款)(?:方式|类型|渠道)"),
    (Field.TECHNICIAN, r".*(?:技师|主修|施工人|施工工人|维修工|师傅).*"),
    (Field.ADVISOR, r".*(?:服务顾问|接待员|接车人|业务员|顾问)(?:姓名)?"),
    (Field.STATUS, r".*状态"),
    (Field.COMPLAINT, r".*(?:报修|交修|故障|送修)(?:内容|原因|描述|陈述|现象)"),
    (Field.ITEM, r".*(?:项目|服务|作业|施工|商品|配件)(?:名称|内容)"),
    (Field.REMARK, r".*(?:备注|说明)"),
    (Field.MODEL, r".*(?:车型|型号|车款)(?:名称)?"),
    (Field.SERIES, r".*车系(?:名称)?"),
    (Field.BRAND, r".*(?:品牌|厂牌)"),
    (Field.NAME, _OTHERS + r".*(?:客户|车主|会员|顾客|联系人|机主|用户)(?:姓名|名称|名字|名)?"),
]  # fmt: skip

_RANKED = {word: (field, rank) for field, words in ALIASES.items() for rank, word in enumerate(words.split())}
_GRAMMAR = [(field, re.compile(form, re.IGNORECASE)) for field, form in FORMS]
_FORM_RANK = 100
# Planned, promised, former or summed-up values are no facts of this visit.
_NOT_A_FACT = re.compile(
    r"(?:预计|预估|预约|预出|预交|计划|承诺|约定|上次|上回|前次|最近|最后|首次(?!上牌|登记|注册)|末次|历史|原|旧|是否|有无|累计(?!.*(?:里程|公里)))"
)
_CONTACT_WORDS = re.compile(r"联系人|驾驶员|司机")
# A total that may stand in for the amount received where the file has no such column; 应收 may not.
_TOTAL_WORDS = re.compile(r"(?:总金额|合计金额|订单金额|消费金额|合计|总计|总价)")
_BRACKETS = re.compile(r"[(\[【〔{<][^)\]】〕}>]*[)\]】〕}>]?")
_MARKS = re.compile(r"^(?:[*＊※★☆●#•·\-—\s]|\d{1,2}[.、)])+|[*＊※★:：、。.,\s]+$")
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Claim:
    """What a header says its column means; the lowest rank is the surest."""

    field: Field
    rank: int


@lru_cache(maxsize=5_000)
def normalise_header(text: str) -> str:
    """A header without what surrounds its word: ``*手机号\\u00a0`` → ``手机号``, ``车架号\\n(VIN)`` → ``车架号``."""
    bare = re.sub(r"\s+", "", folded(text)).lower()
    bare = _MARKS.sub("", bare)
    without = _MARKS.sub("", _BRACKETS.sub("", bare))
    return without or bare.strip("()[]【】<>{}")


def claim_of(text: str, kind: Kind) -> Claim | None:
    """What a header means in a file of that kind, or None where its word is unknown there."""
    return _claim(normalise_header(text), kind) if text else None


@lru_cache(maxsize=5_000)
def _claim(word: str, kind: Kind) -> Claim | None:
    if not word or len(word) > _LONGEST:
        return None
    listed = _RANKED.get(word)
    claim = Claim(*listed) if listed else _by_grammar(word)
    return claim if claim and claim.field in FIELDS_OF[kind] else None


def _by_grammar(word: str) -> Claim | None:
    if _NOT_A_FACT.match(word):
        return None
    forms = enumerate(_GRAMMAR)
    return next((Claim(field, _FORM_RANK + place) for place, (field, form) in forms if form.fullmatch(word)), None)


def claims_of(cells: list[Cell], kind: Kind) -> dict[int, Claim]:
    """What each cell of a row would mean if the row were the header: {column: claim}."""
    claims = {}
    for column, cell in enumerate(cells):
        claim = claim_of(text_of(cell), kind) if isinstance(cell, str) else None
        if claim:
            claims[column] = claim
    return claims


def assign(claims: dict[int, Claim], hidden: frozenset[int] = frozenset()) -> dict[int, Field]:
    """One meaning per column and, but for repeatable fields, one column per meaning: {column: field}.

    A visible column goes before a hidden one, a surer word before a vaguer one, the left before the right.
    """
    assigned: dict[int, Field] = {}
    taken: set[Field] = set()
    for column in sorted(claims, key=lambda column: (column in hidden, claims[column].rank, column)):
        field = claims[column].field
        if field not in taken or (field in REPEATABLE_FIELDS and column not in hidden):
            assigned[column] = field
            taken.add(field)
    return assigned


def settle(assigned: dict[int, Field], claims: dict[int, Claim], words: list[str], kind: Kind) -> dict[int, Field]:
    """Second meanings in an order file: a contact beside the owner brought the car; a total stands in for the paid."""
    if kind != Kind.ORDERS:
        return assigned
    settled, taken = dict(assigned), set(assigned.values())
    for column, claim in claims.items():
        second = _second_meaning(claim.field, normalise_header(words[column]))
        if second and second not in taken and settled.get(column) in (None, Field.GROSS):
            settled[column] = second
            taken.add(second)
    return settled


def _second_meaning(field: Field, word: str) -> Field | None:
    if field == Field.NAME and _CONTACT_WORDS.match(word):
        return Field.BROUGHT_BY
    if field == Field.GROSS and _TOTAL_WORDS.fullmatch(word):
        return Field.PAID
    return None


def order_of_columns(assigned: dict[int, Field], claims: dict[int, Claim]) -> dict[Field, tuple[int, ...]]:
    """The columns of each field, the surest first: {field: (column, …)}."""
    columns: dict[Field, list[int]] = {}
    for column, field in assigned.items():
        columns.setdefault(field, []).append(column)
    rank = {column: claim.rank for column, claim in claims.items()}
    return {field: tuple(sorted(found, key=lambda c: (rank.get(c, 0), c))) for field, found in columns.items()}
