"""Who and what a file has spoken of so far. People and cars are numbered in the order they appear.

What the database already knows is taught first (`learn_*`), so that a file meets it as if it stood in earlier rows.
"""

from customers.rules import phone_key, phones_in

WECHAT = "wechat:"
REACHED = "reached:"


def wechat_key(account: str) -> str:
    """The identity of an account beside those of numbers, whose hyphens mean nothing."""
    return WECHAT + account.lower().replace("-", "~")


def contact_key(text: str) -> str:
    """The identity of a number or, where it is none, of an account; "" of a masked one."""
    if not text or "*" in text:
        return ""
    phones = phones_in(text)
    return phone_key(phones[0]) if phones else wechat_key(text)


def reached_key(phone: str, name: str) -> str:
    """The identity of somebody without a number: whose they borrow, and what they are called."""
    return f"{REACHED}{phone_key(phone)}:{name.replace('-', '~')}"


class Ledger:
    """People by phone, cars by plate or VIN, and who owns which."""

    def __init__(self):
        self.names: list[str] = []
        self.owner: list[int | None] = []
        self.plates: list[str] = []
        self.vins: list[str] = []
        self._holder: dict[str, int] = {}
        self._by_plate: dict[str, int] = {}
        self._by_vin: dict[str, int] = {}

    # --- people ---

    def person_of(self, phones) -> int | None:
        """Who holds one of the numbers; the first number that somebody holds decides."""
        for phone in phones:
            found = self._holder.get(phone_key(phone))
            if found is not None:
                return found
        return None

    def add_person(self, name: str, phones) -> int:
        """A new person holding those of the numbers that nobody holds."""
        self.names.append(name)
        person = len(self.names) - 1
        self.hold(person, phones)
        return person

    def hold(self, person: int, phones) -> None:
        """Let a person hold the numbers nobody holds yet."""
        for phone in phones:
            self._holder.setdefault(phone_key(phone), person)

    def holds(self, phone: str) -> bool:
        return phone_key(phone) in self._holder

    # --- cars ---

    def car_of(self, plate: str, vin: str) -> int | None:
        """The car of a plate, else of a VIN; a plated row finds by VIN only a car that still has no plate."""
        if plate:
            found = self._by_plate.get(plate)
            if found is not None or not vin:
                return found
            found = self._by_vin.get(vin)
            return found if found is not None and not self.plates[found] else None
        return self._by_vin.get(vin) if vin else None

    def add_car(self, plate: str, vin: str, owner: int | None) -> int:
        """A new car."""
        self.plates.append(plate)
        self.vins.append(vin)
        self.owner.append(owner)
        car = len(self.owner) - 1
        self.identify(car, plate, vin)
        return car

    def identify(self, car: int, plate: str, vin: str) -> None:
        """Fill in the plate or VIN a car did not have."""
        if plate and not self.plates[car]:
            self.plates[car] = plate
        if vin and not self.vins[car]:
            self.vins[car] = vin
        if self.plates[car]:
            self._by_plate.setdefault(self.plates[car], car)
        if self.vins[car]:
            self._by_vin.setdefault(self.vins[car], car)

    def knows_plate(self, plate: str) -> bool:
        return plate in self._by_plate

    def knows_vin(self, vin: str) -> bool:
        return vin in self._by_vin
