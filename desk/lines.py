"""What a line of the search box shows of customers and their cars: two statements whoever they are.

Written by hand like the arms, measured: the ORM took longer to word them than the database to answer. What lies outside
the reader's store is left out here as `visible_to` leaves it out.
"""

from collections import defaultdict
from collections.abc import Collection

from customers.models import Customer
from staff.enums import COMPANY_ROLES
from staff.models import User
from vehicles.models import Vehicle

# Own column names only; {…} are conditions of ours, every value is bound.
_PEOPLE = """
SELECT c.id, c.name, c.salutation, f.value_tier, f.last_visit_on,
    (SELECT p.key FROM customers_contactpoint p WHERE p.customer_id = c.id AND p.kind = 'phone' AND p.ended_at IS NULL
        ORDER BY p.is_main DESC, p.id LIMIT 1) AS main_phone,
    h.id AS home, h.kind AS home_kind, t.name AS reached_through,
    (SELECT v.plate FROM vehicles_carperson d JOIN vehicles_vehicle v ON v.id = d.vehicle_id
        WHERE d.customer_id = c.id AND d.role = 'driver' AND d.valid_to IS NULL AND {car_known}
        ORDER BY d.id DESC LIMIT 1) AS drives,
    COALESCE((SELECT TRUE FROM referrals_ambassador a WHERE a.customer_id = c.id AND a.ended_at IS NULL), FALSE)
        AS is_ambassador
FROM customers_customer c
LEFT JOIN segments_profile f ON f.customer_id = c.id
LEFT JOIN customers_householdmember m ON m.customer_id = c.id AND m.left_at IS NULL
LEFT JOIN customers_household h ON h.id = m.household_id
LEFT JOIN customers_customer t ON t.id = m.reached_through_id AND t.ended_at IS NULL AND {through_known}
WHERE c.id IN ({places}) AND c.ended_at IS NULL AND {known}
"""
_CARS = """
SELECT v.id, v.plate, v.brand, v.series, v.model, o.customer_id AS owner_id,
    (SELECT c.name FROM vehicles_carperson d JOIN customers_customer c ON c.id = d.customer_id
        WHERE d.vehicle_id = v.id AND d.role = 'driver' AND d.valid_to IS NULL AND c.ended_at IS NULL AND {known}
        ORDER BY d.id LIMIT 1) AS driver
FROM vehicles_ownership o JOIN vehicles_vehicle v ON v.id = o.vehicle_id
WHERE o.valid_to IS NULL AND o.customer_id IN ({places})
ORDER BY o.id DESC
"""
# Values to look up and no EXISTS, which PostgreSQL would plan as one more table to join; these customers are few.
_KNOWN = "(SELECT TRUE FROM customers_customerstore s WHERE s.customer_id = {customer}.id AND s.store_id = %(store)s)"
_CAR_KNOWN = (
    "COALESCE((SELECT TRUE FROM vehicles_ownership w JOIN customers_customerstore s ON s.customer_id = w.customer_id"
    " WHERE w.vehicle_id = v.id AND w.valid_to IS NULL AND s.store_id = %(store)s LIMIT 1),"
    " (SELECT TRUE FROM vehicles_serviceorder r WHERE r.vehicle_id = v.id AND r.store_id = %(store)s LIMIT 1))"
)


def people(pks: Collection[int], *, user: User) -> dict[int, Customer]:
    """Those of the customers whom the user may see, each with `value_tier`, `last_visit_on`, `main_phone`, `home` and
    `home_kind` (household), `reached_through` (whose number), `drives` (a plate) and `is_ambassador`; other columns are
    deferred."""
    return {customer.pk: customer for customer in _rows(Customer, _PEOPLE, pks, user=user)}


def cars(pks: Collection[int], *, user: User) -> dict[int, list[Vehicle]]:
    """The cars these customers own now, each with the name of its `driver`; other columns are deferred."""
    owned: dict[int, list[Vehicle]] = defaultdict(list)
    for vehicle in _rows(Vehicle, _CARS, pks, user=user):
        owned[vehicle.owner_id].append(vehicle)
    return owned


def _rows(model, statement: str, pks: Collection[int], *, user: User):
    if not pks:
        return []
    places = {f"pk{n}": pk for n, pk in enumerate(pks)}
    words = statement.format(
        places=", ".join(f"%({place})s" for place in places),
        known=_if_bound(_KNOWN.format(customer="c"), user),
        through_known=_if_bound(_KNOWN.format(customer="t"), user),
        car_known=_if_bound(_CAR_KNOWN, user),
    )
    return model.objects.raw(words, places | {"store": user.store_id})


def _if_bound(condition: str, user: User) -> str:
    """A condition on the store, for whoever is bound to one."""
    return "TRUE" if user.role in COMPANY_ROLES else condition
