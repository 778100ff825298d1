from pathlib import Path

import pytest

from adrs.core.scenario import Split
from adrs.errors import ProblemError
from adrs.evaluation.parts import PARTS
from adrs.evaluators.llm_sql.csv_tables import read_csv

TAIL = "".join(f"{i},b{i}\r\n" for i in range(10))


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def many(folder: Path, rows: int) -> Path:
    return written(folder, "id,word\n" + "".join(f"{i},w{i % 7}\n" for i in range(rows)))


def test_texts_are_taken_as_they_stand(tmp_path: Path) -> None:
    text = 'id,"a, b"\r\n007,"said ""no""\r\nand left"\r\n3.50,\r\n' + TAIL
    table = read_csv(written(tmp_path, text))
    assert table.names == ("id", "a, b")
    assert table.rows[:2] == (("007", 'said "no"\r\nand left'), ("3.50", ""))
    assert len(table.rows) == 12


def test_what_pandas_writes_is_read(tmp_path: Path) -> None:
    """An index column without a name, line feeds, True and False, missing values as nothing."""
    head = ',beer/name,beer/ABV,review/text\n0,Sausa Weizen,5.0,\n1,"Red, Moon",,True\n'
    tail = "".join(f"{i},x,1,y\n" for i in range(2, 12))
    table = read_csv(written(tmp_path, head + tail))
    assert table.names == ("", "beer/name", "beer/ABV", "review/text")
    assert table.rows[1] == ("1", "Red, Moon", "", "True")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffid,word\n" + TAIL,
        "\n\nid,word\n" + TAIL,
        "id,word\n" + TAIL.replace("\r\n", "\n\n"),
        "id,word\n" + TAIL.rstrip(),
        "id,word\r" + TAIL.replace("\r\n", "\r"),
    ],
    ids=["byte order mark", "blank start", "blank lines", "no last line end", "old line ends"],
)
def test_details_of_the_format_do_not_matter(tmp_path: Path, text: str) -> None:
    table = read_csv(written(tmp_path, text))
    assert table.names == ("id", "word")
    assert table.rows == tuple((str(i), f"b{i}") for i in range(10))


def test_fields_may_be_very_long(tmp_path: Path) -> None:
    body = "word " * 100_000
    table = read_csv(written(tmp_path, f'id,body\n1,"{body}"\n' + TAIL))
    assert table.rows[0] == ("1", body)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty; expected a line of column names"),
        ("\n\n", "empty; expected a line of column names"),
        ("id,word\n", "0 rows below the column names, at least 10"),
        ("id,word\n" + "1,a\n" * 9, "9 rows below the column names, at least 10"),
        ("id,word\n1,a\n2\n" + TAIL, "line 3: 1 fields, expected 2 as in the line of column names"),
        ("id,word\n1,a\n2,b,c\n" + TAIL, "line 3: 3 fields, expected 2"),
        ('id,word\n"1\n2",a\n3\n' + TAIL, "line 4: 1 fields, expected 2"),
        ("id;word\n1;a\n2;b,c\n" + TAIL, "line 3: 2 fields, expected 1"),
        ('id,word\n1,a\n2,"b\n3,c\n' + TAIL, "line 3: a quoted field never ends"),
        ('"id,word\n1,a\n', "line 1: a quoted field never ends"),
        (b"id,word\n1,caf\xe9\n", "byte 13 is not UTF-8"),
        ("id,word\n1,a\n".encode("utf-16"), "byte 0 is not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str | bytes, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ProblemError) as error:
        read_csv(path)
    assert str(error.value).startswith(f"table {path}: ")
    assert says in str(error.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"absent\.csv: cannot be read: No such file"):
        read_csv(tmp_path / "absent.csv")
    with pytest.raises(ProblemError, match="cannot be read: Is a directory"):
        read_csv(tmp_path)


def test_splits_share_no_row(tmp_path: Path) -> None:
    table = read_csv(many(tmp_path, 103))
    parts = [set(table.block(split, 1000, 1)[0]) for split in PARTS]
    assert sum(len(part) for part in parts) == len(set.union(*parts)) == 103


def test_a_block_is_consecutive_rows_of_its_splits_part(tmp_path: Path) -> None:
    table = read_csv(many(tmp_path, 200))
    starts = set()
    for seed in range(30):
        ids, words = table.block(Split.VALIDATION, 10, seed)
        first = int(ids[0])
        starts.add(first)
        assert ids == tuple(str(first + i) for i in range(10))
        assert words == tuple(f"w{(first + i) % 7}" for i in range(10))
    assert min(starts) >= 80
    assert max(starts) <= 110
    assert len(starts) > 10


def test_the_smallest_file_has_a_row_for_every_split(tmp_path: Path) -> None:
    table = read_csv(many(tmp_path, 10))
    assert [len(table.block(split, 96, 1)[0]) for split in PARTS] == [4, 2, 2, 2]
