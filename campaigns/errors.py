"""What can go wrong with a touch, in the shop's words."""

from datetime import timedelta


class CampaignError(Exception):
    """Base of this app's refusals; the text is fit for the screen."""


class AlreadyWorked(CampaignError):
    """The line is no longer what the caller saw: worked, moved or closed meanwhile, or the same key pressed twice."""

    def __init__(self):
        super().__init__("这一条已经处理过了")


class LineTaken(CampaignError):
    """A colleague is at this customer now, on the line given as `line`: two never call the same person."""

    def __init__(self, line):
        super().__init__(f"{line.taken_by}正在联系这位客户")
        self.line = line


class TooLateToUndo(CampaignError):
    """The outcome is not this person's last one, was taken back already, or is too old."""

    def __init__(self):
        super().__init__("已经过了可以撤销的时间")


class UnlawfulTemplate(CampaignError):
    """A message text that does not say who sends it, or marketing that does not say how to stop it (G5)."""


class MissingValue(CampaignError):
    """A text speaks of something that is not known of this customer."""

    def __init__(self, names: list[str]):
        super().__init__(f"缺{'、'.join(names)}")


class AlreadyChanged(CampaignError):
    """Somebody else has saved meanwhile."""

    def __init__(self):
        super().__init__("刚被别人改过，请看过最新的一版再改")


class ChannelError(CampaignError):
    """The channel refused the message for good: it was not delivered and will not be by itself."""


class DeadNumber(ChannelError):
    """Nobody answers to the number any more: nothing is sent to it again."""


class Blacklisted(ChannelError):
    """The provider keeps this person's own refusal, which then counts for us too."""


class NotNow(ChannelError):
    """The channel certainly did not take the message; later it may. `halts` says that it takes nobody's."""

    def __init__(self, words: str, *, after: timedelta | None = None, halts: bool = False):
        super().__init__(words)
        self.after, self.halts = after, halts


class AnswerLost(CampaignError):
    """Whether the channel took the message is not known: no answer, or one that says nothing."""


class OffersSomething(CampaignError):
    """A word of service or care that sells (3-11): `words` are those it is told by."""

    def __init__(self, words):
        super().__init__(f"这里不能写优惠（{'、'.join(words)}）：优惠要客户同意过，走活动")


class AlreadyTold(CampaignError):
    """The store has told of the weather today."""

    def __init__(self):
        super().__init__("今天已经发过天气提醒了，先撤回再发")


class DriveRunning(CampaignError):
    """The store has another drive."""

    def __init__(self, drive):
        days = f"{drive.first_on:%Y-%m-%d} 到 {drive.last_on:%Y-%m-%d}"
        super().__init__(f"{drive.store}已经有一次行动（{days}），先结束它再开始")


class AlreadyNoticed(CampaignError):
    """The notice of a year has been entered; it is changed day by day."""

    def __init__(self, year: int):
        super().__init__(f"{year} 年的通知已经录过了，要改就一天一天地改")
