"""Sets of small whole numbers, a byte each: a hundred thousand people weigh a tenth of a megabyte, not eight."""

from collections.abc import Iterator


class NumberSet:
    """Numbers from 0 up, added and discarded one by one."""

    def __init__(self):
        self._marks = bytearray()

    def add(self, number: int) -> None:
        if number >= len(self._marks):
            self._marks.extend(bytes(number + 1 - len(self._marks)))
        self._marks[number] = 1

    def discard(self, number: int) -> None:
        if number < len(self._marks):
            self._marks[number] = 0

    def __contains__(self, number: int) -> bool:
        return number < len(self._marks) and self._marks[number] == 1

    def __len__(self) -> int:
        return self._marks.count(1)

    def __iter__(self) -> Iterator[int]:
        return (number for number, mark in enumerate(self._marks) if mark)
