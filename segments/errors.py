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


class NeedTaken(Exception):
    """Another need is called so already."""

    def __init__(self):
        super().__init__("已经有叫这个名字的需求了")


class OptedOut(Exception):
    """The customer chose not to be told apart (G9)."""

    def __init__(self, left_out: str = "不记需求"):
        super().__init__(f"客户选择不参与分群，{left_out}。")


class SegmentTaken(Exception):
    """Another segment is called so already."""

    def __init__(self):
        super().__init__("已经有叫这个名字的人群了，停用的也算")


class SegmentMoved(Exception):
    """Somebody else changed the segment meanwhile."""

    def __init__(self, current):
        super().__init__("这群人的条件刚被别人改过。您填的还在；再保存一次，就以您的为准。")
        self.current = current


class BadConditions(ValueError):
    """Conditions nobody can be chosen by: what is wrong, in words, by the place in the tree ("0-2-1")."""

    def __init__(self, problems: dict[str, str]):
        super().__init__("；".join(problems.values()))
        self.problems = problems


class CannotStand(Exception):
    """A grade or stage that the rules do not let a person give; says why, `axis` says of what."""

    def __init__(self, axis, words: str):
        super().__init__(words)
        self.axis = axis
