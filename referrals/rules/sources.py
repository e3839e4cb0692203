"""What an answer to 您是怎么知道我们店的 comes under. It stays as it was said; the words below sort it."""

from ..enums import SourceKind

# Read from above: the first kind one of whose words stands in the answer.
WORDS = (
    (SourceKind.INTRODUCED, ("介绍", "朋友", "亲戚", "家人", "同事", "熟人", "邻居", "口碑")),
    (
        SourceKind.ADVERT,
        (
            "广告", "抖音", "快手", "小红书", "视频", "直播", "公众号", "美团", "点评", "团购", "高德", "地图", "百度",
            "网", "传单", "短信", "地推", "活动",
        ),
    ),
    (SourceKind.NEARBY, ("附近", "路过", "顺路", "门口", "小区")),
)  # fmt: skip


def kind_of(answer: str, *, is_introduced: bool = False) -> SourceKind:
    """Somebody who is on file as the introducer says more than any word."""
    if is_introduced:
        return SourceKind.INTRODUCED
    if not answer.strip():
        return SourceKind.UNKNOWN
    return next((kind for kind, words in WORDS if any(word in answer for word in words)), SourceKind.OTHER)
