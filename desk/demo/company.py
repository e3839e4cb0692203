"""The company, its stores, and somebody in every role; with size come branches."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from staff.enums import Role
from staff.models import Store, User

STORES = (
    {"code": "hz1", "name": "惠州江北店", "phone": "0752-2800166", "address": "惠州市惠城区江北文昌一路 18 号"},
    {"code": "hz2", "name": "惠州河南岸店", "phone": "0752-2800188", "address": "惠州市惠城区河南岸演达二路 6 号"},
)
ALWAYS = 5_000  # days: longer than the company's history
# Login, name, role, place of the store in STORES (None: the whole company), days since they began.
STAFF = (
    ("laoban", "陈国强", Role.OWNER, None, ALWAYS),
    ("shenji", "叶会计", Role.AUDITOR, None, ALWAYS),
    ("wangdianzhang", "王店长", Role.MANAGER, 0, ALWAYS),
    ("xiaochen", "小陈", Role.FRONT_DESK, 0, 930),
    ("xiaolin", "小林", Role.ADVISOR, 0, ALWAYS),
    ("xiaowu", "小吴", Role.ADVISOR, 0, 1_020),
    ("xiaoxie", "小谢", Role.ADVISOR, 0, 205),
    ("xiaozhou", "小周", Role.CARE, 0, ALWAYS),
    ("xiaoliang", "小梁", Role.CARE, 0, 420),
    ("liudianzhang", "刘店长", Role.MANAGER, 1, ALWAYS),
    ("xiaohuang", "小黄", Role.FRONT_DESK, 1, 610),
    ("xiaoluo", "小罗", Role.ADVISOR, 1, ALWAYS),
    ("xiaoyuan", "小袁", Role.ADVISOR, 1, 700),
    ("xiaodeng", "小邓", Role.CARE, 1, ALWAYS),
)
# What each types to take over at a shared desk.
PINS = {
    "laoban": "8362", "shenji": "5947", "wangdianzhang": "6483", "xiaochen": "4826", "xiaolin": "7391",
    "xiaowu": "5268", "xiaoxie": "9437", "xiaozhou": "3685", "xiaoliang": "8142", "liudianzhang": "2794",
    "xiaohuang": "6359", "xiaoluo": "4170", "xiaoyuan": "7538", "xiaodeng": "9264",
}  # fmt: skip
# The advisor of the story: he left, and with him what he knew.
LEFT = ("xiaohe", "小何", Role.ADVISOR, 0, ALWAYS)
LEFT_AGO = 190
# Of the things a shop should know about its customers, how many each advisor asks for and writes down.
DILIGENCE = {"xiaolin": 0.965, "xiaowu": 0.475, "xiaoxie": 0.69, "xiaoluo": 0.83, "xiaoyuan": 0.73, "xiaohe": 0.6}
DILIGENCE_ELSEWHERE, DILIGENCE_OF_NOBODY = 0.72, 0.4
# A store lives off a few thousand customers; a larger company has more of them.
CUSTOMERS_A_STORE = 20_000
_BRANCH_STAFF = (
    ("dz", "店长", Role.MANAGER), ("qt", "前台", Role.FRONT_DESK), ("gw1", "顾问甲", Role.ADVISOR),
    ("gw2", "顾问乙", Role.ADVISOR), ("kf", "客服", Role.CARE),
)  # fmt: skip


@dataclass(frozen=True)
class Worker:
    """Somebody of the staff as the history needs them: from how many days ago until how many days ago."""

    pk: int
    name: str
    since: int
    until: int
    diligence: float

    def worked(self, ago: int) -> bool:
        return self.until < ago <= self.since


@dataclass(frozen=True)
class Company:
    """The demo company's stores in order, and its people by login."""

    stores: list[Store]
    people: dict[str, User]

    def advisors(self, store: Store) -> list[Worker]:
        """Everybody who received cars in `store`, also who left."""
        began = {login: days for login, *_, days in (*STAFF, LEFT)}
        return [
            Worker(
                pk=user.pk, name=user.display_name, since=began.get(login, ALWAYS),
                until=0 if user.is_active else LEFT_AGO, diligence=DILIGENCE.get(login, DILIGENCE_ELSEWHERE),
            )
            for login, user in self.people.items()
            if user.store_id == store.pk and user.role == Role.ADVISOR
        ]  # fmt: skip

    def callers(self, store: Store) -> list[User]:
        return self._working(store, Role.CARE)

    def desk(self, store: Store) -> User:
        return self._working(store, Role.FRONT_DESK)[0]

    def _working(self, store: Store, role: Role) -> list[User]:
        return [u for u in self.people.values() if u.store_id == store.pk and u.role == role and u.is_active]


def found_company(*, password: str, now: datetime) -> Company:
    """Create both stores and their staff; everybody has `password` and a PIN except the advisor who left."""
    stores = [Store.objects.create(**facts) for facts in STORES]
    secret = make_password(password)
    for login, name, role, place, days in (*STAFF, LEFT):
        User.objects.create(
            username=login,
            display_name=name,
            role=role,
            store=None if place is None else stores[place],
            password=make_password(None) if login == LEFT[0] else secret,
            pin=make_password(PINS[login]) if login in PINS else "",
            is_active=login != LEFT[0],
            date_joined=now - timedelta(days=days),
        )
    return company()


def found_branches(customers: int, *, now: datetime) -> Company:
    """Add the branches that so many customers need; their staff have no password, so nobody logs in as them."""
    first, nobody = len(STORES), make_password(None)
    names = [(place, f"{place}店") for place in range(first + 1, customers // CUSTOMERS_A_STORE + 1)]
    stores = Store.objects.bulk_create(Store(code=f"hz{place}", name=f"惠州{name}") for place, name in names)
    User.objects.bulk_create(
        User(username=f"{store.code}-{login}", display_name=f"{store.name[2:]}{name}", role=role, store=store,
             password=nobody, date_joined=now - timedelta(days=ALWAYS))
        for store in stores
        for login, name, role in _BRANCH_STAFF
    )  # fmt: skip
    return company()


def company() -> Company:
    """The demo company as it stands in the database."""
    users = User.objects.order_by("pk")
    return Company(stores=list(Store.objects.all()), people={user.username: user for user in users})


def change_logins(password: str) -> None:
    """Give every demo login that still works the same new password, and its PIN."""
    people = User.objects.filter(username__in=PINS)
    secret = make_password(password)
    for person in people:
        person.password, person.pin = secret, make_password(PINS[person.username])
    User.objects.bulk_update(people, ["password", "pin"])
