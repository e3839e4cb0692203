"""What can go wrong at the desk, in the shop's words."""


class DeskError(Exception):
    """Base of this app's refusals; the text is fit for the screen."""


class NobodyFound(DeskError):
    def __init__(self):
        super().__init__("没有找到这位介绍人，请核对车牌或手机")


class IntroducedByOneself(DeskError):
    def __init__(self):
        super().__init__("介绍人不能是本人")
