"""Tags and filters of every template (builtins, no {% load %} needed). All they print is escaped."""

from datetime import date, datetime, time
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from core import display
from core.qr import qr_svg

register = template.Library()

TIERS = frozenset("abcd")
# What a template variable that does not exist turns into, besides the honest "unknown".
ABSENT = (None, "")


@register.filter
def money(fen) -> str:
    """{{ order.paid_fen|money }} → ¥1,280, or — when unknown."""
    return display.UNKNOWN if fen in ABSENT else display.money_words(fen)


@register.filter
def km(value) -> str:
    """{{ reading.km|km }} → 32,000 公里, or — when unknown."""
    return display.UNKNOWN if value in ABSENT else display.km_words(value)


@register.filter
def number(value: int) -> str:
    """{{ rate.missing|number }} → 6,853."""
    return f"{value:,}"


@register.filter
def human_day(value) -> str:
    """{{ touch.due_on|human_day }} → 今天, 3 天前, 2026-03-05, with the exact moment in the title."""
    if isinstance(value, datetime) or value in ABSENT:
        return _moment(value, display.day_words)
    return _day(value, timezone.localdate())


@lru_cache(maxsize=4_096)
def _day(value: date, today: date) -> str:
    """A day without a clock: pages name the same few hundred again and again."""
    return _time(value, display.day_words(value, now=datetime.combine(today, time.min)))


@register.filter
def ago(value) -> str:
    """{{ entry.at|ago }} → 刚刚, 5 分钟前, 昨天 14:30, with the exact moment in the title."""
    return _moment(value, display.ago_words)


@register.filter
def late(moment: datetime) -> str:
    """{{ promise.due_at|late }} → 2 小时 when that long has passed since, "" before."""
    return display.late_words(timezone.localtime(moment), now=timezone.localtime())


@register.filter
def due(moment: datetime) -> str:
    """{{ promise.due_at|due }} → a pill: 已过 2 小时 in red, 还有 25 分钟 in amber, else 今天 18:00 之前."""
    local, now = timezone.localtime(moment), timezone.localtime()
    if past := display.late_words(local, now=now):
        state, words = "pill--danger", f"已过 {past}"
    elif left := display.soon_words(local, now=now):
        state, words = "pill--warning", f"还有 {left}"
    else:
        state, words = "pill--info", f"{display.day_words(local, now=now)} 之前"
    return format_html('<span class="pill {}" title="{}">{}</span>', state, display.exact_words(local), words)


@register.filter
def staff(person) -> str:
    """{{ promise.made_by|staff }} → 小林, or 小林（已离职） for somebody who works here no more."""
    return "" if person in ABSENT else f"{person}" if person.is_active else f"{person}（已离职）"


def _moment(value: datetime | None, words) -> str:
    if value in ABSENT:
        return display.UNKNOWN
    local = timezone.localtime(value)
    return _time(local, words(local, now=timezone.localtime()))


def _time(value: date | datetime, words: str) -> str:
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), display.exact_words(value), words)


@register.filter(name="phone")
def phone(number, shown=False) -> str:
    """{{ contact.value|phone }} → 138 **** 8000; {{ contact.value|phone:may_see }} → 138 0013 8000 when allowed."""
    if number in ABSENT:
        return display.UNKNOWN
    words = display.group_phone(str(number)) if shown is True else display.mask_phone(str(number))
    return format_html('<span class="nowrap">{}</span>', words)


@register.filter
def email(address, shown=False) -> str:
    """{{ contact.value|email }} → w****@qq.com; {{ contact.value|email:may_see }} → in full when allowed."""
    return str(address) if shown is True else display.mask_email(str(address))


@register.filter
def qr(link: str) -> SafeString:
    """{{ link|qr }} → the code that a phone's camera opens."""
    return qr_svg(link, title="用手机扫一扫打开")


@register.filter(name="plate")
def plate_filter(value) -> str:
    """{{ vehicle.plate|plate }} → the blue or green chip."""
    return plate(value)


@register.simple_tag
def plate(value, match: str = "", colour: str = "") -> str:
    """{% plate vehicle.plate match=query colour="yellow" %} → the chip, with what matched marked."""
    if value in ABSENT:
        return format_html('<span class="plate plate--none">{}</span>', "无车牌")
    text = str(value)
    region, number = display.plate_parts(text)
    spans = display.matches(text, match or "")
    return format_html(
        '<span class="plate plate--{}"><span class="plate__region">{}</span><span>{}</span></span>',
        colour or display.plate_colour(text),
        _marked(region, spans),
        _marked(number, [(start - len(region), end - len(region)) for start, end in spans]),
    )


@register.filter
def mark(text, wanted) -> str:
    """{{ customer.name|mark:query }} → what matched inside <mark>."""
    if text in ABSENT:
        return ""
    return _marked(str(text), display.matches(str(text), str(wanted or "")))


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    """`text` escaped, with each span inside <mark>; a span may stick out of the text."""
    if not spans:
        return escape(text)
    pieces, done = [], 0
    for start, end in spans:
        start, end = max(start, 0), min(end, len(text))
        if start < end:
            pieces += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
            done = end
    pieces.append(escape(text[done:]))
    # Every piece is escaped, or ours.
    return mark_safe("".join(pieces))


@register.filter
@lru_cache(maxsize=64)
def tier(letter, name="等级") -> str:
    """{{ profile.tier|tier:"价值" }} → the letter in its strength, read aloud as 价值 A."""
    code = str(letter or "").lower()
    if code not in TIERS:
        return format_html('<span class="tier tier--none" title="{}未知">{}</span>', name, display.UNKNOWN)
    return format_html(
        '<span class="tier tier--{}" title="{} {}"><span class="sr-only">{} </span>{}</span>',
        code,
        name,
        code.upper(),
        name,
        code.upper(),
    )


@register.filter
def may(user, permission: str) -> bool:
    """{% if user|may:"import" %}: whether the role of this person holds the permission."""
    return bool(getattr(user, "is_authenticated", False)) and user.may(permission)


@register.filter
def within(path: str, section: str) -> bool:
    """{{ request.path|within:url }}: whether the page lies under a section of the rail."""
    return path == section if section == "/" else path.startswith(section)


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """{% icon "car" %} → an inline lucide drawing, hidden from readers unless it has a label."""
    return _drawing(f"{name}", f"{label}")


@lru_cache(maxsize=256)
def _drawing(name: str, label: str) -> SafeString:
    spoken = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return lucide(name, size=None, **{"class": "icon", "stroke_width": "1.75", **spoken})
