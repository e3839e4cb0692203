"""What can go wrong with people and doors, in words for the person at the screen."""


class StaffError(Exception):
    """Base of this app's refusals; str() is shown."""


class NotYours(StaffError):
    """Somebody whom one may not manage."""


class LastOwner(StaffError):
    """Nobody would be left who may do everything."""

    def __init__(self):
        super().__init__("这是最后一位在职的老板，不能停用，也不能换岗位。先让另一个人当老板。")


class AlreadyAbsent(StaffError):
    """The person is away on some of these days already; given as `absence`."""

    def __init__(self, absence):
        super().__init__(f"这几天里已经记过不在：{absence}")
        self.absence = absence


class PinRefused(StaffError):
    """The PIN, or the person, is not right here."""

    def __init__(self):
        super().__init__("快捷码不对，再试一次。连续输错会暂停。")


class PinPaused(StaffError):
    """Too many wrong PINs of this person at this desk."""

    def __init__(self):
        super().__init__("输错次数太多，这台电脑上您的快捷码暂停了。现在用密码登录，或过 15 分钟再试。")


class AlreadyStarted(StaffError):
    """A company lives here."""

    def __init__(self):
        super().__init__("这里已经有门店或员工了，什么都没有改动。再加人请用老板账号登录，在“员工”里加。")
