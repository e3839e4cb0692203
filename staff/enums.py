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
# As a list of people is read.
BY_RANK = (Role.OWNER, Role.AUDITOR, Role.MANAGER, Role.FRONT_DESK, Role.ADVISOR, Role.CARE)
# Who can be put on the call list.
CALLER_ROLES = (Role.CARE, Role.FRONT_DESK, Role.ADVISOR, Role.MANAGER)


class AbsenceReason(models.TextChoices):
    LEAVE = "leave", "休假"
    SICK = "sick", "病假"
    TRAINING = "training", "培训"
    OTHER = "other", "其他"


class Permission(models.TextChoices):
    SERVE = "serve", "接车、登记、结单"
    WRITE = "write", "记录客户与车辆资料"
    CALL = "call", "处理待办"
    WORKLIST_ALL = "worklist_all", "查看全店待办"
    SEE_TOUCHES = "see_touches", "查看触达计划与发件箱"
    PLAN_TOUCHES = "plan_touches", "安排触达"
    SEE_PHONE = "see_phone", "直接看到电话"
    REVEAL_PHONE = "reveal_phone", "说明理由后查看电话"
    SEE_MONEY = "see_money", "查看消费金额"
    IMPORT = "import", "导入文件"
    CROSS_STORE = "cross_store", "经登记查看其他门店客户"
    EXPORT = "export", "导出文件"
    CORRECT = "correct", "过户、移单、合并家庭"
    SET_POLICY = "set_policy", "修改规则"
    SEE_TEAM = "see_team", "查看全店的信息收集"
    OVERRIDE = "override", "人工定级、定阶段"
    MANAGE_STAFF = "manage_staff", "管理员工"
    MANAGE_STORES = "manage_stores", "修改门店资料"
    SEE_AUDIT = "see_audit", "查看操作记录"
    GIVE_POINTS = "give_points", "人工加减积分、申请加分、发券"
    MANAGE_POINTS = "manage_points", "管理积分、礼品与代金券"
    MANAGE_REFERRALS = "manage_referrals", "定老带新活动、审核谢礼"
    SEE_CIRCLES = "see_circles", "查谁能介绍我们认识"


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
    APPOINTMENT = "appointment", "预约"
    QUOTE = "quote", "报价"
    OPPORTUNITY = "opportunity", "商机"
    USE_CARD = "use_card", "会员卡划次"
    WARRANTY = "warranty", "质保卡"
    VISIT_PHOTO = "visit_photo", "施工照片"
    MOVE_VISIT = "move_visit", "移单到另一台车"
    TRANSFER_VEHICLE = "transfer_vehicle", "车辆过户"
    HOUSEHOLD = "household", "家庭与用车人"
    KNOWLEDGE = "knowledge", "标签与了解"
    CIRCLE = "circle", "圈子和认识的人"
    UNDO_IMPORT = "undo_import", "撤销导入"
    SETTLE_IMPORT = "settle_import", "处理导入冲突"
    MAP_ITEMS = "map_items", "项目归类"
    EXPORT = "export", "导出文件"
    SET_POLICY = "set_policy", "修改规则"
    SEGMENT = "segment", "保存人群"
    OVERRIDE = "override", "人工定级"
    TEMPLATE = "template", "修改消息模板"
    OUTBOX = "outbox", "发件箱停发与恢复"
    CHANGE_STAFF = "change_staff", "修改员工"
    ABSENCE = "absence", "员工不在"
    CHANGE_STORE = "change_store", "修改门店"
    CHANGE_PASSWORD = "change_password", "修改密码"
    SET_PIN = "set_pin", "设置快捷码"
    DESK = "desk", "合用电脑"
    TOPIC_WISH = "topic_wish", "客户想听什么"
    ADD_TASK = "add_task", "排一次联系"
    DRIVE = "drive", "100% 触达行动"
    DAYS_OFF = "days_off", "放假与调休"
    POINTS = "points", "积分、礼品与券"
    REFERRAL = "referral", "老带新"
    LOGIN = "login", "登录"
    SWITCH_USER = "switch_user", "换人操作"
    LOGIN_REFUSED = "login_refused", "登录被拒"


def action_choices():
    """Named by the migration instead of listed in it: a new action is a line above, not a migration."""
    return Action.choices
