"""Who a request comes from, whatever it says of itself."""

import logging

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import AddressFilter, client_address, client_block, current_address
from core.web import AddressMiddleware
from core.web import client_address as address_of

PEER, REAL, FORGED = "10.0.0.9", "203.0.113.7", "198.51.100.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "seen"),
    [
        (FORGED, 0, PEER),
        (f"{FORGED}, {REAL}", 0, PEER),
        ("", 1, PEER),
        (REAL, 1, REAL),
        (f"{FORGED}, {REAL}", 1, REAL),
        (f"{FORGED},{FORGED} ,  {REAL} ", 1, REAL),
        (f"{FORGED}, {REAL}, 10.0.0.8", 2, REAL),
        (REAL, 2, PEER),  # came past the outer proxy: nobody vouches for what stands there
        (f"{FORGED}, unknown", 1, PEER),
        (f"{FORGED}, ", 1, PEER),
        (f"{FORGED}, {REAL}:51123", 1, REAL),
        ("[2001:db8::1]:443", 1, "2001:db8::1"),
        ("fe80::1%eth0", 1, "fe80::1"),
        (f"::ffff:{REAL}", 1, REAL),
        ("127.1", 1, PEER),
        ("0x7f.0.0.1", 1, PEER),
        (f"{REAL}\r\nX-Forwarded-For: {FORGED}", 1, PEER),
    ],
)
def test_only_what_our_own_proxies_appended_counts(forwarded, proxies, seen):
    assert client_address(PEER, forwarded, proxies=proxies) == seen


def test_a_local_socket_has_no_address():
    assert client_address("", FORGED, proxies=0) == ""


@given(forged=st.text(max_size=200), proxies=st.integers(1, 3))
def test_nothing_written_on_the_left_moves_the_answer(forged, proxies):
    behind = ", ".join(["10.0.0.8"] * (proxies - 1))

    header = f"{forged}, {REAL}" + (f", {behind}" if behind else "")

    assert client_address(PEER, header, proxies=proxies) == REAL


@given(forged=st.text(max_size=200))
def test_without_a_proxy_the_header_is_never_read(forged):
    assert client_address(PEER, forged, proxies=0) == PEER


@pytest.mark.parametrize(("address", "block"), [(REAL, REAL), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("", "")])
def test_an_ipv6_network_is_one_guesser(address, block):
    assert client_block(address) == block


def test_the_setting_says_how_many_proxies_are_ours(settings):
    request = RequestFactory().get("/", REMOTE_ADDR=PEER, headers={"X-Forwarded-For": f"{FORGED}, {REAL}"})

    ignored = address_of(request)
    settings.TRUSTED_PROXIES = 1

    assert (ignored, address_of(request)) == (PEER, REAL)


def test_the_log_names_the_address_of_the_request_being_answered_and_of_no_other():
    record = logging.LogRecord("x", logging.INFO, "", 0, "", None, None)

    def answer(request):
        AddressFilter().filter(record)
        raise ValueError(record.address)

    with pytest.raises(ValueError, match=PEER):
        AddressMiddleware(answer)(RequestFactory().get("/", REMOTE_ADDR=PEER))
    assert current_address.get() == ""
    AddressFilter().filter(record)
    assert record.address == "-"
