from django.db import models


class ValueTier(models.TextChoices):
    """One hue, four strengths; the letter is always shown."""

    A = "A", "高价值"
    B = "B", "较高"
    C = "C", "一般"
    D = "D", "较低"


class Department(models.TextChoices):
    """Who of the shop asks for what. The values are columns of a collection rule."""

    FRONT_DESK = "front_desk", "前台"
    ADVISOR = "advisor", "服务顾问"
    CARE = "care", "客服回访"


class MonthKind(models.TextChoices):
    """What a month's completeness is about."""

    SEEN = "seen", "最近一次到店在这个月的客户"
    STOOD = "stood", "这个月最后一夜的全部客户"


class Rhythm(models.TextChoices):
    """How a customer keeps to their own interval between two visits."""

    ACTIVE = "active", "正常来"
    COOLING = "cooling", "转淡"
    AT_RISK = "at_risk", "要流失"
    LOST = "lost", "已流失"
    WON_BACK = "won_back", "唤回"


class Behaviour(models.TextChoices):
    HIGH = "high", "行为高"
    LOW = "low", "行为低"
    UNKNOWN = "unknown", "行为未知"


class Attitude(models.TextChoices):
    HIGH = "high", "态度高"
    LOW = "low", "态度低"
    UNKNOWN = "unknown", "态度未知"


class Loyalty(models.TextChoices):
    """Dick & Basu (1994): repeat patronage × relative attitude (2-8)."""

    TRUE = "true", "真忠诚"
    LATENT = "latent", "潜在忠诚"
    INERTIA = "inertia", "惯性忠诚"
    NONE = "none", "非忠诚"
    UNKNOWN = "unknown", "还不知道"


class Stage(models.TextChoices):
    """The lifecycle of source 0: from somebody who knows us to somebody who builds the shop with us (0-13)."""

    FAN = "fan", "粉丝"
    MEMBER = "member", "会员"
    BASE = "base", "基盘"
    KOC = "koc", "KOC"
    PARTNER = "partner", "合伙人"


class ByHand(models.TextChoices):
    """What a person may decide of a customer. `hand_…` is the column of a profile that holds their word."""

    LETTER = "letter", "字母"
    DIGIT = "digit", "级别"
    STAGE = "stage", "阶段"

    @property
    def fact(self) -> str:
        return f"hand_{self.value}"


class Cause(models.TextChoices):
    """Why somebody moved, where it was not the rules."""

    RULES = "", "按规则"
    HAND = "hand", "人定的"
    OVER = "over", "人定的撤了或到期了"


class Axis(models.TextChoices):
    """Along what customers are told apart and move. The values are columns of a profile."""

    VALUE = "value_tier", "价值"
    RHYTHM = "rhythm", "节奏"
    LOYALTY = "loyalty", "忠诚"
    LETTER = "letter", "分级"
    STAGE = "stage", "阶段"


class RfmSegment(models.TextChoices):
    """The names that R, F and M together are usually given. The values are those of published tables."""

    CHAMPIONS = "Champions", "重要价值"
    POTENTIAL_LOYALIST = "Potential Loyalist", "有望成为老客户"
    LOYAL = "Loyal Customers", "老客户"
    PROMISING = "Promising", "值得培养"
    NEW = "New Customers", "新客户"
    CANT_LOSE = "Can't Lose Them", "不能丢"
    AT_RISK = "At Risk", "要流失"
    NEED_ATTENTION = "Need Attention", "要留意"
    ABOUT_TO_SLEEP = "About To Sleep", "快睡着"
    LOST = "Lost", "已流失"
    OTHERS = "Others", "其他"


class PublishedSegment(models.TextChoices):
    """The names of the published RFM table (rsquaredacademy/rfm 0.3.0); the values are its own words."""

    CHAMPION = "Champions", "最好的客户"
    POTENTIAL_LOYALIST = "Potential Loyalist", "快成老客户"
    LOYAL = "Loyal Customers", "老客户"
    PROMISING = "Promising", "有潜力"
    NEW = "New Customers", "新客户"
    CANNOT_LOSE = "Can't Lose Them", "不能丢的"
    AT_RISK = "At Risk", "要流失"
    NEEDS_ATTENTION = "Need Attention", "要多关心"
    ABOUT_TO_SLEEP = "About To Sleep", "快不来了"
    LOST = "Lost", "已流失"
    OTHERS = "Others", "其他"


class EightKinds(models.TextChoices):
    """The eight kinds a Chinese shop knows RFM by: important by money; value, grow, keep, win back by R and F."""

    KEY_VALUE = "key_value", "重要价值"
    KEY_GROW = "key_grow", "重要发展"
    KEY_KEEP = "key_keep", "重要保持"
    KEY_WIN_BACK = "key_win_back", "重要挽留"
    VALUE = "value", "一般价值"
    GROW = "grow", "一般发展"
    KEEP = "keep", "一般保持"
    WIN_BACK = "win_back", "一般挽留"


class NeedState(models.TextChoices):
    """What stands of a need of a customer: facts speak of it, or a person has decided."""

    SUGGESTED = "suggested", "有迹象"
    CONFIRMED = "confirmed", "已确认"
    DISMISSED = "dismissed", "不是这样"


class EvidenceSource(models.TextChoices):
    """Where words that speak of a need stand."""

    FACT = "fact", "了解到"
    ITEM = "item", "首要需求"
    TAG = "tag", "标签"
    TALK = "talk", "沟通"
    COMPLAINT = "complaint", "到店时说的"
    LINE = "line", "买过"


class Picture(models.TextChoices):
    """What a row of DailySnapshot belongs to. Moves have one picture per axis, named after it."""

    VALUE_RHYTHM = "value_rhythm", "价值 × 节奏"
    VALUE_NEED = "value_need", "价值 × 需求"
    LOYALTY = "loyalty", "行为 × 态度"
    REWARD = "reward", "到店与用了优惠的到店"
    GRADE = "grade", "字母 × 级别"
    FUNNEL = "funnel", "五步"
    STAGE = "stage", "阶段"
    RHYTHM = "rhythm", "节奏"
    COHORT = "cohort", "首次到店的季度 × 之后第几个季度"
    HEADLINE = "headline", "这个月的新客与第二次到店"
    REVENUE = "revenue", "12 个月自费的来源"
    MOVED_VALUE = "moved_value_tier", "价值变动"
    MOVED_RHYTHM = "moved_rhythm", "节奏变动"
    MOVED_LOYALTY = "moved_loyalty", "忠诚变动"
    MOVED_LETTER = "moved_letter", "分级变动"
    MOVED_STAGE = "moved_stage", "阶段变动"

    @classmethod
    def moved(cls, axis: Axis) -> "Picture":
        return cls(f"moved_{axis}")


class Headline(models.TextChoices):
    """The pair of the month: who came at all, who came again (流量 ≠ 留量)."""

    NEW = "new", "新客"
    KEPT = "kept", "第二次到店"


class Source(models.TextChoices):
    """Where the money of the last twelve months comes from, a third each to be sound (3-24)."""

    OLD = "old", "老客户复购"
    INTRODUCED = "introduced", "转介绍来的新客"
    OTHER = "other", "其他新客"


class Join(models.TextChoices):
    """How the conditions of a group hold together."""

    ALL = "all", "全部符合"
    ANY = "any", "符合任意一条"
    NONE = "none", "一条都不符合"


class Op(models.TextChoices):
    """How a fact is compared with what was asked for; the words depend on the kind of fact (rules.fields)."""

    IN = "in", "是"
    OUT = "out", "不是"
    LEAST = "least", "不少于"
    MOST = "most", "不超过"
    LAST = "last", "在过去"
    OVER = "over", "早于"
    NEXT = "next", "在未来"
    FROM = "from", "不早于"
    UNTIL = "until", "不晚于"
    KNOWN = "known", "有记录"
    UNKNOWN = "unknown", "没有记录"
    OLDER = "older", "满"
    YOUNGER = "younger", "不满"
    IS = "is", "是"
    CONTAINS = "contains", "含有"
    LACKS = "lacks", "不含"
    MONTH = "month", "在"
