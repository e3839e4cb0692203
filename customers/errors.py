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
