class PolicyMoved(Exception):
    """Somebody else wrote another version of the rules meanwhile."""

    def __init__(self, current):
        super().__init__("规则刚被别人改过，下面已是最新的一版。请再看一遍，改好后重新保存。")
        self.current = current
