"""What a stranger would try first, and who may manage whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.enums import Role
from staff.rules import is_weak_pin, roles_given_by


@pytest.mark.parametrize(
    "pin",
    ["1234", "4321", "7890", "012345", "0000", "555555", "1212", "123123", "1122", "112233", "1999", "2008", "0512",
     "1231", "900512", "12121"],
)  # fmt: skip
def test_what_everybody_tries_first_is_weak(pin):
    assert is_weak_pin(pin)


@pytest.mark.parametrize("pin", ["4826", "7391", "48265", "482619", "9042", "3307"])
def test_an_ordinary_number_is_not(pin):
    assert not is_weak_pin(pin)


def test_nine_in_ten_numbers_of_four_digits_can_be_chosen():
    weak = sum(is_weak_pin(f"{n:04d}") for n in range(10_000))

    assert weak == 766


@given(pin=st.from_regex(r"[0-9]{4,6}", fullmatch=True))
def test_every_number_of_four_to_six_digits_has_an_answer(pin):
    assert is_weak_pin(pin) in (True, False)


def test_a_manager_gives_roles_below_their_own_and_others_none():
    assert roles_given_by(Role.MANAGER) == {Role.FRONT_DESK, Role.ADVISOR, Role.CARE}
    assert roles_given_by(Role.OWNER) == set(Role)
    assert [roles_given_by(role) for role in (Role.FRONT_DESK, Role.ADVISOR, Role.CARE, Role.AUDITOR)] == [set()] * 4
