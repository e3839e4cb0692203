class PolicyMoved(Exception):
    """Somebody else wrote another version of the rules meanwhile."""

    def __init__(self, current):
        super().__init__("规则刚被别人改过，下面已是最新的一版。请再看一遍，改好后重新保存。")
        self.current = current


class CannotCut(ValueError):
    """Nobody to score yet, or thresholds that are none; in words for the screen."""


class BadFile(Exception):
    """A file of orders that cannot be read as one; the message names the lines."""


class NothingToFit(ValueError):
    """The histories say nothing about how customers come back."""


class DidNotConverge(ArithmeticError):
    """A numerical search ended without an answer."""
