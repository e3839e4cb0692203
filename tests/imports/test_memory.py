"""A file made to burst the machine is refused before it can: measured in a process of its own."""

import json
import subprocess
import sys

import pytest

from tests.imports.files import Many, sheet, write_zip

BURSTING = {
    "a zip of 400 MB": {"xl/workbook.xml": b"x", "xl/media/a.xml": Many(b"0", 400 << 20)},
    "a million empty rows": {"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": sheet(Many(b"<row/>", 1_000_000))},
    "16k columns": {"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": sheet(b'<row r="1"><c r="XFD1"/></row>')},
}
# The reader in a fresh process: what it answers, and by how many MB its peak grew while it looked.
LOOK = """
import json, resource, sys
from pathlib import Path
import django
django.setup()
from imports.errors import ImportRefused
from imports.services.reading import open_source
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
before = peak()
try:
    open_source(Path(sys.argv[1]))
    answer = ""
except ImportRefused as refusal:
    answer = str(refusal)
print(json.dumps([answer, peak() - before]))
"""


@pytest.mark.parametrize("name", BURSTING)
def test_looking_at_a_bursting_file_takes_less_than_fifty_megabytes(name, tmp_path):
    path = write_zip(tmp_path / "x.xlsx", BURSTING[name])

    looked = subprocess.run([sys.executable, "-c", LOOK, str(path)], capture_output=True, text=True, check=True)

    answer, grown = json.loads(looked.stdout.splitlines()[-1])
    assert answer
    assert grown < 50
