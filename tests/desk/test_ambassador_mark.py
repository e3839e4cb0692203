"""Who is an ambassador is seen wherever somebody looks for a customer, as on the customer's page."""

import pytest

from referrals.enums import AmbassadorEnd
from tests.factories import TODAY, AmbassadorFactory, CustomerFactory, moment

pytestmark = pytest.mark.django_db
MARK = '<span class="pill pill--accent">口碑大使</span>'


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "statements"), [("/customers/", 8), ("/search/?q=张", 5)])
def test_ambassadors_are_marked_at_no_statement_more(
    url, statements, count, login, front_desk, store, django_assert_num_queries
):
    for _ in range(count):
        AmbassadorFactory(customer=CustomerFactory(name="张伟", store=store))
    former = AmbassadorFactory(customer=CustomerFactory(name="张敏", store=store))
    former.end(AmbassadorEnd.WISH, by=front_desk, now=moment(TODAY))
    client = login(front_desk)

    with django_assert_num_queries(statements):
        response = client.get(url)

    assert response.content.decode().count(MARK) == count
