"""The shape of a script."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """What a caller says: how to begin, what to answer when they say …, how to end."""

    opening: str
    answers: tuple[tuple[str, str], ...]
    close: str

    def filled(self, values: dict[str, str]) -> "Script":
        """With every variable replaced by its value."""
        answers = tuple((said, answer.format(**values)) for said, answer in self.answers)
        return Script(self.opening.format(**values), answers, self.close.format(**values))

    def lines(self) -> list[str]:
        """Everything we say; what the customer says is theirs."""
        return [self.opening, *(answer for _, answer in self.answers), self.close]
