"""What may go wrong below the shop, in words for who runs the machine."""


class BackupError(Exception):
    """A backup was not made, or cannot be trusted. `code` is for machines: it stands in heartbeats and tests."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code = code


class PhotoRefused(Exception):
    """What was handed in is not kept; the text is fit for the screen."""
