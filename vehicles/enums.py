from django.db import models


class ServiceKind(models.TextChoices):
    MAINTENANCE = "maintenance", "保养"
    REPAIR = "repair", "维修"
    WASH = "wash", "洗车"
    DETAILING = "detailing", "美容"
    TYRE = "tyre", "轮胎"
    BODY = "body", "钣喷"
    VOUCHER = "voucher", "卡券"
    INSURANCE = "insurance", "保险"
    INSPECTION = "inspection", "年检"
    OTHER = "other", "其他"


class OrderStatus(models.TextChoices):
    OPEN = "open", "在厂"
    CLOSED = "closed", "已结"
    CANCELLED = "cancelled", "已作废"


class OrderSource(models.TextChoices):
    DESK = "desk", "前台"
    IMPORT = "import", "导入"


class ReadingSource(models.TextChoices):
    DESK = "desk", "前台"
    IMPORT = "import", "导入"
    ORDER = "order", "工单"
