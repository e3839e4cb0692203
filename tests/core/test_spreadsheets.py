"""Tables out: every text comes back exactly, nothing is a live formula."""

import csv
import io
import zipfile

import pytest
import python_calamine
from hypothesis import example, given
from hypothesis import strategies as st

from core.spreadsheets import LONGEST_CELL, CellTooLong, guard, sheet_in, unguard, write_csv

LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NAUGHTY = ["=1+1", "==1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "'=1", "''=1",
           "'王", "'", "''", "'\t", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "007", "440301199001011234",
           "a,b;c\td", 'say "hi"', "one\r\ntwo\nthree", "😀", "1.38E+10", "_x000D_", " 两边 "]  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=40)
naughty = st.one_of(
    st.sampled_from(NAUGHTY),
    texts,
    st.builds(str.__add__, st.sampled_from(["'", "''", *LIVE]), texts),
    st.builds("".join, st.lists(st.sampled_from(["'", "=", "＝", "\t", "x"]), max_size=6)),
)


@given(naughty)
def test_a_guarded_text_starts_no_formula_and_comes_back(text):
    assert not guard(text).startswith(LIVE)
    assert unguard(guard(text)) == text


@given(naughty, naughty)
def test_two_texts_are_never_guarded_into_one(one, other):
    assert (guard(one) == guard(other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("'=1+1", "''=1+1"), ("＝1", "'＝1"), ("王", "王"), ("'王", "'王"), ("", ""), ("'", "'")],
)
def test_what_is_written_for_a_text(text, written):
    assert guard(text) == written


@given(st.lists(naughty, min_size=1, max_size=5))
@example(NAUGHTY)
def test_a_csv_gives_back_every_text(tmp_path_factory, row):
    path = tmp_path_factory.mktemp("x") / "x.csv"
    write_csv(path, ["头"] * len(row), [row])

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    _, read = (
        csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")) if "\r" not in "".join(row) else _read(path)
    )
    assert [unguard(cell) for cell in read] == row
    assert not any(cell.startswith(LIVE) for cell in read)


def _read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@given(st.lists(naughty, min_size=1, max_size=5))
@example(NAUGHTY)
def test_a_workbook_gives_back_every_text_and_holds_no_formula(row):
    stream = io.BytesIO()
    with sheet_in(stream, title="表") as sheet:
        sheet.head(["头"] * len(row))
        sheet.write(row)

    book = zipfile.ZipFile(stream)
    assert b"<f" not in book.read("xl/worksheets/sheet1.xml").replace(b"<footer", b"")
    cells = python_calamine.load_workbook(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()
    read = (cells[1] if len(cells) > 1 else []) + [""] * len(row)
    assert [unguard(cell) for cell in read[: len(row)]] == row


def test_a_text_too_long_for_a_cell_is_refused_not_lost():
    with sheet_in(io.BytesIO(), title="表") as sheet, pytest.raises(CellTooLong):
        sheet.write(["x" * (LONGEST_CELL + 1)])
