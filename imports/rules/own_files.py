"""The files we write ourselves: their columns in order, and what each means. Read back exactly, to the last blank.

A file is ours when its header is word for word one of these, with the columns of money or without. What people have
changed in the header is read as any other shop's file: the words are all known to headers.py.
"""

from functools import cache

from ..enums import Export, Field, Kind

KIND_OF = {
    Export.CUSTOMERS: Kind.CUSTOMERS,
    Export.VEHICLES: Kind.CUSTOMERS,
    Export.ORDERS: Kind.ORDERS,
    Export.INTERACTIONS: Kind.INTERACTIONS,
}
# {header: meaning}; None tells lines apart and is not imported.
COLUMNS: dict[Export, dict[str, Field | None]] = {
    Export.CUSTOMERS: {
        "客户姓名": Field.NAME, "称呼": Field.SALUTATION, "客户类型": Field.CUSTOMER_KIND, "手机号": Field.PHONE,
        "备用电话": Field.ALT_PHONE, "微信号": Field.WECHAT, "邮箱": Field.EMAIL, "生日": Field.BIRTHDAY,
        "小区": Field.NEIGHBOURHOOD, "客户来源": Field.CAME_THROUGH, "首要需求": Field.NEED,
        "紧急联系人": Field.EMERGENCY_NAME, "紧急联系电话": Field.EMERGENCY_PHONE,
        "家庭车辆数": Field.CARS_AT_HOME, "家庭或单位": Field.HOME,
        "家庭号码": Field.HOME_KEY, "家庭关系": Field.RELATION, "家庭紧急联系人": Field.HOME_EMERGENCY,
        "借用电话": Field.REACHED_THROUGH, "标签": Field.TAGS, "专属顾问": Field.ADVISOR, "备注": Field.REMARK,
    },
    Export.VEHICLES: {
        "车牌号": Field.PLATE, "车架号": Field.VIN, "发动机号": Field.ENGINE_NO, "品牌": Field.BRAND,
        "车系": Field.SERIES, "车型": Field.MODEL, "能源类型": Field.ENERGY, "上牌日期": Field.REGISTERED_ON,
        "保险公司": Field.INSURER, "保险到期日": Field.INSURED_UNTIL,
        "商业险到期日": Field.COMMERCIAL_INSURED_UNTIL, "上年保费": Field.PREMIUM,
        "年检到期日": Field.INSPECTED_UNTIL, "行驶里程": Field.KM, "里程日期": Field.KM_ON,
        "曾用车牌": Field.FORMER_PLATES, "客户姓名": Field.NAME, "手机号": Field.PHONE,
        "微信号": Field.WECHAT, "借用电话": Field.REACHED_THROUGH, "用车人": Field.CAR_PEOPLE,
    },
    Export.ORDERS: {
        "工单号": Field.NUMBER, "前台单号": Field.DESK_NUMBER, "工单状态": Field.STATUS, "进厂时间": Field.OPENED,
        "出厂时间": Field.CLOSED, "结单日": Field.CLOSED_ON, "答应交车时间": Field.PROMISED, "客户姓名": Field.NAME,
        "手机号": Field.PHONE, "车牌号": Field.PLATE, "车架号": Field.VIN, "进厂里程": Field.KM,
        "送修人": Field.BROUGHT_BY, "服务顾问": Field.ADVISOR, "客户描述": Field.COMPLAINT, "项目序号": None,
        "项目名称": Field.ITEM, "项目类别": Field.ITEM_KIND, "对应保养项": Field.ITEM_MEANT,
        "工时费": Field.LABOUR, "材料费": Field.MATERIAL, "成本": Field.COST, "技师": Field.TECHNICIAN,
        "优惠金额": Field.DISCOUNT, "实收金额": Field.PAID, "其中保险支付": Field.INSURER_PAID,
        "其中质保支付": Field.WARRANTY_PAID, "支付方式": Field.PAY_METHOD, "下次保养日期": Field.NEXT_ON,
        "下次保养里程": Field.NEXT_KM, "备注": Field.REMARK,
    },
    Export.INTERACTIONS: {
        "沟通时间": Field.SPOKEN, "客户姓名": Field.NAME, "手机号": Field.PHONE, "微信号": Field.WECHAT,
        "借用电话": Field.REACHED_THROUGH, "车牌号": Field.PLATE, "沟通方式": Field.CHANNEL,
        "谁找谁": Field.DIRECTION, "客户情绪": Field.MOOD, "事由": Field.SUBJECT, "沟通内容": Field.BODY,
        "记录人": Field.AUTHOR, "安抚时间": Field.SETTLED, "安抚人": Field.SETTLED_BY,
    },
}  # fmt: skip
MONEY_FIELDS = frozenset({
    Field.PREMIUM, Field.LABOUR, Field.MATERIAL, Field.COST, Field.DISCOUNT, Field.PAID, Field.INSURER_PAID,
    Field.WARRANTY_PAID,
})  # fmt: skip


def headers_of(export: Export, *, money: bool) -> tuple[str, ...]:
    """The header of an export, with or without what only some may see."""
    return tuple(word for word, field in COLUMNS[export].items() if money or field not in MONEY_FIELDS)


@cache
def _ours() -> dict[tuple[str, ...], Export]:
    return {headers_of(export, money=money): export for export in Export for money in (True, False)}


def export_of(headers: tuple[str, ...]) -> Export | None:
    """Which of our files has this header; None for anybody else's."""
    return _ours().get(headers)


def meanings_of(headers: tuple[str, ...]) -> dict[int, Field]:
    """{column: meaning} of one of our headers."""
    columns = COLUMNS[_ours()[headers]]
    return {place: field for place, word in enumerate(headers) if (field := columns[word])}
