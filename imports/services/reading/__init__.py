"""From a file on disk to rows of cells: what it is, whether it is safe to open, and what it holds."""

from .source import Source, open_source

__all__ = ["Source", "open_source"]
