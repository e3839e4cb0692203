"""What the shop knows of a customer beyond the form: who said it and when, tags, promises, a WeChat group."""

from datetime import timedelta

from customers.enums import FactSource, Learnt

from . import words
from .rhythms import Way
from .seasons import SPAN
from .world import Person, World

TAGS = (
    "老客户", "要发票", "爱干净", "常跑长途", "只要必要的", "周末来", "网约车", "要看旧件", "喜欢等着看", "新手司机",
    "本月已告知优惠",
)  # fmt: skip
SHORT_LIVED = "本月已告知优惠"
_CUSTOMER = FactSource.CUSTOMER.value
# What was told once was asked again later of so many; the other answers grow old.
CONFIRMED = 0.5
_LEARNT = (
    (Learnt.WANTS.value, ("等超过半小时要先说一声", "账单要一项一项讲给他听", "车里不能有味道", "要用原厂件")),
    (Learnt.HABIT.value, ("每次自己带茶叶", "周六早上第一个来", "喜欢站在车边看师傅做", "到店先要充电线")),
    (Learnt.TABOO.value, ("不要推套餐，推过一次很反感", "车里不能放香水", "不接陌生号码，先发微信")),
    (Learnt.TRANSPORT.value, ("要送到地铁口", "等的时候去对面超市，四十分钟回来", "可以派人到公司取车")),
    (Learnt.LIFE.value, ("刚搬到江北上班", "今年退休了，时间多", "准备明年换车", "常回梅州老家，跑长途")),
    (Learnt.CIRCLE.value, ("在商会，认识的人多", "是业主群群主", "羽毛球协会的", "单位在开发区")),
)
PROMISED = (
    "把检查的照片发给他", "订的配件到了打电话", "问清楚续保要的材料", "下次留周六上午第一个位", "把旧件留着给他看",
    "补一张发票",
)  # fmt: skip
# Days: what was promised earlier has been kept, late or in time; nothing stays open for a year.
OPEN_SINCE = 4


def get_to_know(person: Person, world: World) -> None:
    """Add what was learnt of a customer, as diligently as their advisor writes things down."""
    dice = person.rng.random
    for item in person.told:
        if dice() < CONFIRMED:
            world.tables.facts.add(person.pk, item, "", _CUSTOMER, *_some_time(person, world))
    if dice() < person.diligence * 0.3:
        kind, values = _LEARNT[int(dice() * len(_LEARNT))]
        value = values[int(dice() * len(values))]
        world.tables.facts.add(person.pk, kind, value, _CUSTOMER, *_some_time(person, world))
    if dice() < person.diligence * 0.4:
        _tag(person, world)
    if person.visits > 3 and dice() < 0.25:
        _promise(person, world)
    if person.way in (Way.FREQUENT, Way.REGULAR) and person.visits > 9 and dice() < person.diligence * 0.15:
        _group(person, world)


def _some_time(person: Person, world: World) -> tuple[int, str]:
    """A moment since they first came, and who served them then; sooner more likely to be long ago than not."""
    dice = person.rng.random
    day = person.since + int((SPAN - 1 - person.since) * dice() ** 0.7)
    return person.advised_by(SPAN - day).pk, world.days.moment(day, 9 + int(dice() * 9), 30)


def _tag(person: Person, world: World) -> None:
    dice, today = person.rng.random, world.days.today
    place = int(dice() * len(TAGS))
    expires = str(today + timedelta(days=int(dice() * 50) - 20)) if TAGS[place] == SHORT_LIVED else None
    world.tables.tags.add(person.pk, world.tags[place], *_some_time(person, world), expires)


def _promise(person: Person, world: World) -> None:
    """A promise, kept in time or late; of the last days' some are still open."""
    dice, days = person.rng.random, world.days
    ago = OPEN_SINCE + 1 + int(dice() * 300) if dice() < 0.99 else 1 + int(dice() * OPEN_SINCE)
    day = max(SPAN - ago, person.since)
    by = person.advised_by(SPAN - day).pk
    hour, due = 9 + int(dice() * 7), days.moment(min(day + 1, SPAN - 1), 18, 0)
    done = min(day + 1 + int(dice() * 1.25) * 2, SPAN - 1)
    kept = days.moment(done, 10 + hour // 3, 30) if ago > OPEN_SINCE else None
    body = PROMISED[int(dice() * len(PROMISED))]
    world.tables.promises.add(
        person.pk, person.store.pk, body, due, by, days.moment(day, hour, 10), kept, by if kept else None
    )


def _group(person: Person, world: World) -> None:
    dice, days = person.rng.random, world.days
    day = person.since + int((SPAN - 1 - person.since) * dice())
    by = person.advised_by(SPAN - day).pk
    name = f"{person.surname}{words.GROUP_NAMES[int(dice() * len(words.GROUP_NAMES))]}"
    group = world.tables.groups.add(person.pk, name, days.text[day], by, days.moment(day, 15, 0))
    for member in dict.fromkeys((by, person.store.desk)):
        world.tables.in_groups.add(group, member)
