"""What can go wrong with cars and visits, in the shop's words."""


class VehicleError(Exception):
    """Base of this app's refusals; the text is fit for the screen."""


class PlateTaken(VehicleError):
    """A car with this plate is already on file, given as `vehicle`."""

    def __init__(self, vehicle):
        super().__init__("这块车牌已经登记过")
        self.vehicle = vehicle


class VinTaken(VehicleError):
    """A car with this VIN is already on file, given as `vehicle`: the same car under another plate."""

    def __init__(self, vehicle):
        super().__init__("这个车架号的车已经登记过")
        self.vehicle = vehicle


class VisitNotOpen(VehicleError):
    """The visit has been closed or cancelled and takes no more changes."""

    def __init__(self):
        super().__init__("这张工单已经结束，不能再改")


class CannotReopen(VehicleError):
    """Something has happened since the visit ended; the text says what."""


class RuleMoved(VehicleError):
    """Somebody else changed the rule meanwhile."""

    def __init__(self):
        super().__init__("刚才有人改过这条周期，请看一眼现在的再保存")


class CannotSetRole(VehicleError):
    """Somebody cannot be that to the car; the text says why."""


class CannotTransfer(VehicleError):
    """The car cannot change hands so, or no longer back; the text says why."""


class CannotMove(VehicleError):
    """The visit cannot go to that car, or no longer back; the text says why."""


class AlreadyExpected(VehicleError):
    """The car, or the customer without one, is expected on that day already."""

    def __init__(self, appointment):
        super().__init__(f"那天已经约好：{appointment.get_kind_display()}，{appointment.when}，改它的时间就行")
        self.appointment = appointment


class AppointmentOver(VehicleError):
    """The appointment has been settled meanwhile; the text says how."""

    def __init__(self, appointment):
        super().__init__(f"这个预约已经不在等了：{appointment.outcome_words}")


class CannotExpectAgain(VehicleError):
    """What settled the appointment cannot be taken back any more; the text says why."""


class QuoteOver(VehicleError):
    """The quote, or the visit it belongs to, is over and takes no more changes."""

    def __init__(self):
        super().__init__("这份报价已经结束，不能再改")


class OfferChanged(VehicleError):
    """What the customer looked at is no longer what is offered."""

    def __init__(self):
        super().__init__("这一项刚刚改过，请再看一眼")


class NothingToDecide(VehicleError):
    """We advise against it ourselves: there is nothing to accept."""

    def __init__(self):
        super().__init__("我们建议不做的项目，不用决定")


class CannotQuote(VehicleError):
    """The car cannot get a quote, or not again; the text says why."""


class CannotPromise(VehicleError):
    """What would be promised is not free, or the promise is past that; the text says why."""


class CannotPhotograph(VehicleError):
    """The visit takes no more photos; the text says why."""


class CannotRework(VehicleError):
    """What is named was not done to this car, for this customer, here; the text says so."""

    def __init__(self):
        super().__init__("返工只能对上这位客户、这台车在本店做过的项目")


class CannotWarrant(VehicleError):
    """The visit or the work cannot have such a card; the text says why."""


class NoSuchCard(VehicleError):
    """There is no knowledge card of that name."""

    def __init__(self):
        super().__init__("没有这张知识卡")


class OpportunityOver(VehicleError):
    """Something has come of it meanwhile; the text says what."""

    def __init__(self, opportunity):
        super().__init__(f"这条商机已经是“{opportunity.get_state_display()}”，先撤销再改")
