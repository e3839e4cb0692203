"""Reward dependence (2-9): how much of somebody's coming was bought with discounts."""


def share(visits: int, discounted: int) -> int | None:
    """Of so many visits, what percentage had a discount; None where nobody came."""
    return discounted * 100 // visits if visits else None


def told(visits: int, discounted: int, *, enough: int) -> tuple[str, str]:
    """The same in words, and what they stand on. An order that says nothing of a discount had none."""
    if not visits:
        return "还不知道", "24 个月没有来过"
    if visits < enough:
        return "还看不出来", f"24 个月到店 {visits} 次，{discounted} 次用了优惠"
    if not discounted:
        return "不靠优惠", f"24 个月到店 {visits} 次，工单上都没有优惠"
    return f"{share(visits, discounted)}% 的到店", f"24 个月到店 {visits} 次，{discounted} 次用了优惠"
