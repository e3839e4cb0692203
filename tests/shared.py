"""The published files that the formulas are held against."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """A file of the shared folder; without the folder the test is skipped, loudly."""
    if not (DATA / name).exists():
        pytest.skip(f"SKIPPED LOUDLY: {name} is not at {DATA}")
    return DATA / name
