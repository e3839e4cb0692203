"""What can go wrong with a customer, in the shop's words."""


class CustomerError(Exception):
    """Base of this app's refusals; the text is fit for the screen."""


class ContactTaken(CustomerError):
    """The number or account already belongs to a living customer, given as `holder`."""

    def __init__(self, holder):
        super().__init__("这个号码已经属于另一位客户")
        self.holder = holder


class PhoneTaken(ContactTaken):
    """The phone of a new customer already belongs to somebody."""


class CannotJoin(CustomerError):
    """Somebody cannot belong to that household; the text says why."""


class BelongsElsewhere(CannotJoin):
    """Somebody is in another `household`: whether they leave it is asked first."""

    def __init__(self, household):
        super().__init__("他现在登记在另一个家庭（单位）里")
        self.household = household


class CannotReach(CustomerError):
    """A member is not reached at that person's number; the text says why."""


class CannotTakeBack(CustomerError):
    """What was done can no longer be taken back; the text says why."""


class TooLateToUndo(CannotTakeBack):
    """What was done belongs to somebody else, is minutes old, or others have acted on it."""

    def __init__(self):
        super().__init__("已经过了可以撤销的时间")


class TagTaken(CustomerError):
    """Another tag, given as `tag`, is called so already."""

    def __init__(self, tag):
        super().__init__(f"已经有“{tag}”这个标签了；是一回事的话，用合并")
        self.tag = tag


class CannotUseCard(CustomerError):
    """Nothing can be taken off a card; the text says why."""


class CardEmpty(CannotUseCard):
    def __init__(self):
        super().__init__("这张卡没有剩余次数了")


class CardOver(CannotUseCard):
    def __init__(self):
        super().__init__("这张卡已经过了有效期")


class CannotRelate(CustomerError):
    """Two people cannot be put down as knowing each other; the text says why."""
