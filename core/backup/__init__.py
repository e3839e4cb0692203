"""Backups: one file that proves itself, and the way back. Knows databases and files, nothing of the shop."""

from .making import back_up
from .restoring import newest, restore

__all__ = ["back_up", "newest", "restore"]
