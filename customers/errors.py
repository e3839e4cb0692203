"""What can go wrong with a customer, in the shop's words."""


class CustomerError(Exception):
    """Base of this app's refusals; the text is fit for the screen."""


class PhoneTaken(CustomerError):
    """The number already belongs to a living customer, given as `holder`."""

    def __init__(self, holder):
        super().__init__("这个号码已经属于另一位客户")
        self.holder = holder
