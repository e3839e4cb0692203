"""Where a request comes from. Pure: what a client says of itself counts only as far as trusted proxies vouch for it."""

import logging
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address, ip_network

# The address of the request that this thread is answering; "" outside of one. Set by core.web.AddressMiddleware.
current_address: ContextVar[str] = ContextVar("current_address", default="")
# Whoever has one IPv6 address has the other 2^64 of its network too.
ONE_CLIENT = 64


def client_address(remote: str, forwarded: str, *, proxies: int) -> str:
    """The client's address, given the peer's (`remote`), the X-Forwarded-For header and how many proxies are ours.

    Each proxy of ours appends the address it saw, so the n-th entry from the right is what our outermost one saw;
    what stands left of it was written by the client. Without a proxy, with too short a header, or where that entry is
    no address, the peer counts. "" where even that is none (a local socket).
    """
    entries = [entry.strip() for entry in forwarded.split(",")]
    seen = normal_address(entries[-proxies]) if 0 < proxies <= len(entries) else ""
    return seen or normal_address(remote)


def normal_address(text: str) -> str:
    """An address in its one spelling, without port or zone; "" for what is none."""
    text = text.strip().partition("%")[0]
    if text.startswith("["):
        text = text[1:].partition("]")[0].partition("%")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def client_block(address: str) -> str:
    """What counts as one client when wrong guesses are counted: an IPv4 address, or an IPv6 network."""
    if not address or not isinstance(ip_address(address), IPv6Address):
        return address
    return str(ip_network(f"{address}/{ONE_CLIENT}", strict=False).network_address)


class AddressFilter(logging.Filter):
    """Gives each line of the log the address of the request it was written for."""

    def filter(self, record) -> bool:
        record.address = current_address.get() or "-"
        return True
