from django.db import models


class Role(models.TextChoices):
    FRONT_DESK = "front_desk", "前台"
    ADVISOR = "advisor", "服务顾问"
    CARE = "care", "客服回访"
    MANAGER = "manager", "店长"
    OWNER = "owner", "老板"
    AUDITOR = "auditor", "审计"


# These see every store of the company; the others only their own.
COMPANY_ROLES = frozenset({Role.OWNER, Role.AUDITOR})
# Who can be put on the call list.
CALLER_ROLES = (Role.CARE, Role.FRONT_DESK, Role.ADVISOR, Role.MANAGER)


class Permission(models.TextChoices):
    SERVE = "serve", "接车、登记、结单"
    WRITE = "write", "记录客户与车辆资料"
    CALL = "call", "处理待办"
    WORKLIST_ALL = "worklist_all", "查看全店待办"
    SEE_PHONE = "see_phone", "直接看到电话"
    REVEAL_PHONE = "reveal_phone", "说明理由后查看电话"
    SEE_MONEY = "see_money", "查看消费金额"
    IMPORT = "import", "导入文件"
    CROSS_STORE = "cross_store", "经登记查看其他门店客户"


class Action(models.TextChoices):
    """What the audit trail records."""

    REVEAL_PHONE = "reveal_phone", "查看电话"
    SEE_PHONE_ON_CALL = "see_phone_on_call", "待办中查看电话"
    CROSS_STORE = "cross_store", "跨店查看客户"
    CREATE_CUSTOMER = "create_customer", "新建客户"
    CHANGE_CUSTOMER = "change_customer", "修改客户"
    CHANGE_VEHICLE = "change_vehicle", "修改车辆"
    CONSENT = "consent", "记录同意"
    REFUSE = "refuse", "记录不再打扰"
    IMPORT = "import", "导入文件"
    CLOSE_VISIT = "close_visit", "结单"
    CANCEL_VISIT = "cancel_visit", "作废工单"
