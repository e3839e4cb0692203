"""The company, its two stores, and somebody in every role."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from staff.enums import Role
from staff.models import Store, User

STORES = (
    {"code": "hz1", "name": "惠州江北店", "phone": "0752-2800166", "address": "惠州市惠城区江北文昌一路 18 号"},
    {"code": "hz2", "name": "惠州河南岸店", "phone": "0752-2800188", "address": "惠州市惠城区河南岸演达二路 6 号"},
)
# Login, name, role, place of the store in STORES (None: the whole company).
STAFF = (
    ("laoban", "陈国强", Role.OWNER, None),
    ("shenji", "叶会计", Role.AUDITOR, None),
    ("wangdianzhang", "王店长", Role.MANAGER, 0),
    ("xiaochen", "小陈", Role.FRONT_DESK, 0),
    ("xiaolin", "小林", Role.ADVISOR, 0),
    ("xiaowu", "小吴", Role.ADVISOR, 0),
    ("xiaoxie", "小谢", Role.ADVISOR, 0),
    ("xiaozhou", "小周", Role.CARE, 0),
    ("xiaoliang", "小梁", Role.CARE, 0),
    ("liudianzhang", "刘店长", Role.MANAGER, 1),
    ("xiaohuang", "小黄", Role.FRONT_DESK, 1),
    ("xiaoluo", "小罗", Role.ADVISOR, 1),
    ("xiaodeng", "小邓", Role.CARE, 1),
)
# The advisor of the story: he left, and with him what he knew.
LEFT = ("xiaohe", "小何", Role.ADVISOR, 0)


@dataclass(frozen=True)
class Company:
    """The demo company's stores in order, and its people by login."""

    stores: list[Store]
    people: dict[str, User]

    def advisors(self, store: Store) -> list[User]:
        return self._working(store, Role.ADVISOR)

    def callers(self, store: Store) -> list[User]:
        return self._working(store, Role.CARE)

    def desk(self, store: Store) -> User:
        return self._working(store, Role.FRONT_DESK)[0]

    def _working(self, store: Store, role: Role) -> list[User]:
        return [u for u in self.people.values() if u.store_id == store.pk and u.role == role and u.is_active]


def found_company(*, password: str, now: datetime) -> Company:
    """Create stores and staff; everybody logs in with `password` except the advisor who left."""
    stores = [Store.objects.create(**facts) for facts in STORES]
    secret = make_password(password)
    for login, name, role, place in (*STAFF, LEFT):
        User.objects.create(
            username=login,
            display_name=name,
            role=role,
            store=None if place is None else stores[place],
            password=make_password(None) if login == LEFT[0] else secret,
            is_active=login != LEFT[0],
            date_joined=now,
        )
    return company()


def company() -> Company:
    """The demo company as it stands in the database."""
    logins = [login for login, *_ in (*STAFF, LEFT)]
    return Company(
        stores=list(Store.objects.filter(code__in=[facts["code"] for facts in STORES])),
        people={user.username: user for user in User.objects.filter(username__in=logins)},
    )


def change_password(password: str) -> None:
    """Give every demo login that still works the same new password."""
    User.objects.filter(username__in=[login for login, *_ in STAFF]).update(password=make_password(password))
