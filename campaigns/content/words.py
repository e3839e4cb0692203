"""How a greeting becomes the words that one customer, or everybody, reads."""

from .festivals import FESTIVALS
from .seasons import TIPS, WEATHER
from .style import Style, style_of
from .terms import TERMS

# By the key of its day: to friends, formally.
GREETINGS: dict[str, tuple[str, str]] = TERMS | FESTIVALS | TIPS


OPT_OUT = "（不想再收到，回复“退订”，我马上停。）"


def greeting_for(key: str, style: Style) -> str:
    friend, formal = GREETINGS[key]
    return friend if style == Style.FRIEND else formal


def signed(body: str, *, hello: str, store: str, salutation: str) -> str:
    """To one customer, in their style: 王哥您好，… ——惠州一店 / 王总您好：… 惠州一店 敬上."""
    if style_of(salutation) == Style.FRIEND:
        return f"{hello}，{body}——{store}"
    return f"{hello}：{body}{store} 敬上"


def greeting_to(key: str, *, hello: str, store: str, salutation: str) -> str:
    body = greeting_for(key, style_of(salutation))
    return signed(body, hello=hello, store=store, salutation=salutation)


def post_for_moments(key: str, *, store: str) -> str:
    """For everybody who sees an advisor's Moments: as to friends."""
    return f"{greeting_for(key, Style.FRIEND)}\n——{store}"


def post_for_group(key: str, *, store: str) -> str:
    """For the customers an advisor greets in one go: nobody's name, so formally."""
    return f"各位车友：{greeting_for(key, Style.FORMAL)}\n{store} 敬上"


def weather_for(kind: str, style: Style) -> str:
    _, friend, formal = WEATHER[kind]
    return friend if style == Style.FRIEND else formal
