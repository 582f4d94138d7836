"""Tables of numbers: what is read as one, and that what cannot be used is told by row and column."""

import numpy as np
import pytest
from PIL import Image

from core.base.errors import BudaiError, InputError
from core.data.reading_options import ReadingOptions
from core.data.table import Table
from core.io.load import load
from core.io.reading import load_in_child
from core.io.writers.table import write_table

ROWS = [[0.5, 2.0, -1e3], [1.5, 2.25, 4.0], [7.0, 8.0, 9.0], [1.0, 1.0, 2.0], [3.0, 3.0, 3.5]]


def lines(head: str, rows: list[list[object]], delimiter: str = ",") -> str:
    return "\n".join([head, *(delimiter.join(map(str, row)) for row in rows)]) + "\n"


LABELLED = lines("a,b,c,label", [[*row, k % 2] for k, row in enumerate(ROWS)])
GOOD = {
    "labels": LABELLED,
    "words": lines("a,class,b,c", [[row[0], ["oak", "elm"][k % 2], *row[1:]] for k, row in enumerate(ROWS)]),
    "quoted": lines('"a","b, in m","c","label"', [[*row, f'"{k % 2}"'] for k, row in enumerate(ROWS)]),
    "old Windows": LABELLED.replace("\n", "\r\n"),
    "decimal commas": LABELLED.replace(",", ";").replace(".", ","),
    "tabulators": LABELLED.replace(",", "\t"),
    "a remark and a blank line": "# made by hand\n\n" + LABELLED,
    "no last newline": LABELLED.rstrip(),
}


@pytest.mark.parametrize("case", GOOD)
def test_text_with_labels_is_a_table(tmp_path, case):
    (tmp_path / "a.csv").write_bytes(GOOD[case].encode())
    source = load(tmp_path / "a.csv")
    assert source.is_table
    np.testing.assert_array_equal(source.data.values, ROWS)
    words = [source.table.class_name(k) for k in source.labels.tolist()]
    assert words == (["oak", "elm", "oak", "elm", "oak"] if case == "words" else ["0", "1", "0", "1", "0"])
    assert len(source.table.columns) == 3


def test_chunks_join(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(LABELLED)
    monkeypatch.setattr("core.io.readers.tables.table_text._CHUNK", 32)
    np.testing.assert_array_equal(load(tmp_path / "a.csv").data.values, ROWS)


@pytest.mark.parametrize(
    ("head", "n", "is_table"),
    [
        (",".join(f"c{k}" for k in range(12)), 12, True),
        (",".join(map(str, range(12))), 12, True),
        (",".join(f"v{k}" for k in range(12)), 12, True),
        ("x,y,z,nx,ny,nz", 6, False),
        ("x,y,z,class_size", 4, False),
        ("v1,v2,v3", 3, False),
    ],
)
def test_what_is_a_table_and_what_points_of_space(tmp_path, head, n, is_table):
    values = np.random.default_rng(0).random((6, n)).round(3)
    (tmp_path / "a.csv").write_text(lines(head, values.tolist()))
    assert load(tmp_path / "a.csv").is_table == is_table
    assert load(tmp_path / "a.csv", ReadingOptions(table=True)).is_table


REFUSED = {
    "missing": ("a,b,label\n1,2,0\n1,,0\n", 'line 3, column 2 "b": the value is missing'),
    "missing further down": (lines("a,b,label", [[k, k, 0] for k in range(99)] + [["NA", 2, 0]]), "line 101, column 1"),
    "no label": ("a,b,label\n1,2,\n1,2,0\n", "the label is missing"),
    "text": ("a,b,label\n1,2,0\n1,two,0\n", 'line 3, column 2 "b": "two" is not a number'),
    "infinite": ("a,b,label\n1,2,0\n-inf,2,0\n1,1,1\n1,1,1\n", 'line 3, column 1 "a": -inf is not finite'),
    "one row": ("a,b,label\n1,2,0\n", "has 1 row; a table needs 4"),
    "one column": ("a,label\n1,2\n2,3\n2,3\n2,4\n", "has 1 column of numbers"),
    "equal rows": ("a,b,label\n" + "1,2,0\n" * 5, "all 5 rows are equal"),
    "many labels": (lines("a,b,label", [[k, 0, k] for k in range(10_000)]), "the labels have 10,000 values"),
    "halves": ("a,b,label\n1,2,0.5\n1,3,1\n1,3,1\n1,3,1\n", "line 2: 0.5 is no label"),
    "a short line": ("a,b,label\n1,2,0\n1,2\n", "line 3: expected 3 fields, found 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_told_by_row_and_column(tmp_path, case):
    content, said = REFUSED[case]
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(InputError) as caught:
        load(tmp_path / "a.csv")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_too_many_columns_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((5, 100_000)))
    with pytest.raises(InputError, match=r"100,000 columns; 20,000 are the most"):
        load(tmp_path / "a.npy")


def test_arrays(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "a.npy", rng.random((9, 7)))
    assert load(tmp_path / "a.npy").data.values.shape == (9, 7)
    np.save(tmp_path / "b.npy", rng.random((9, 4, 5)))
    assert load(tmp_path / "b.npy").data.image_shape == (4, 5)
    np.save(tmp_path / "c.npy", rng.random((9, 3)))
    assert load(tmp_path / "c.npy").is_cloud
    np.savez(tmp_path / "d.npz", points=rng.random((9, 3)), labels=np.arange(9) % 2)
    assert load(tmp_path / "d.npz").is_table
    np.savez(tmp_path / "e.npz", images=rng.random((9, 4, 5)), labels=np.array(["no", "yes", "no"] * 3))
    table = load(tmp_path / "e.npz").table
    assert table.image_shape == (4, 5)
    assert table.classes == ("no", "yes")
    np.savez(tmp_path / "f.npz", points=rng.random((9, 5)), labels=np.arange(8))
    with pytest.raises(InputError, match="8 labels for 9 rows"):
        load(tmp_path / "f.npz")


def test_a_table_is_written_and_read_again(tmp_path):
    table = Table(np.arange(24.0).reshape(4, 6) ** 2, np.array([0, 1, 1, 0]), (), ("oak", "elm"), (2, 3))
    write_table(table, tmp_path / "a.npz", np.array([True, False, True, True]))
    found = load(tmp_path / "a.npz").table
    np.testing.assert_array_equal(found.values, table.values)
    assert [found.class_name(k) for k in found.labels.tolist()] == ["oak", "elm", "elm", "oak"]
    assert found.image_shape == (2, 3)
    with np.load(tmp_path / "a.npz") as file:
        assert (str(file["format"]), int(file["version"])) == ("budai-table", 1)
        assert file["train"].tolist() == [True, False, True, True]


def test_a_folder_of_images(tmp_path):
    rng = np.random.default_rng(0)
    for kind in ("cat", "dog"):
        (tmp_path / kind).mkdir()
        for k in range(3):
            Image.fromarray(rng.integers(0, 256, (4, 6), np.uint8)).save(tmp_path / kind / f"{k}.png")
    table = load(tmp_path).table
    assert table.values.shape == (6, 24)
    assert table.image_shape == (4, 6)
    assert table.classes == ("cat", "dog")
    (tmp_path / "dog" / "3.png").write_bytes(b"\x89PNG and no more")
    with pytest.raises(InputError, match=r"dog/3.png: is no image that can be read"):
        load(tmp_path)


def test_a_folder_without_images_is_refused(tmp_path):
    with pytest.raises(InputError, match="a folder without images"):
        load(tmp_path)


def test_the_digits_come_with_the_program():
    table = load_in_child("digits").table
    assert table.values.shape == (1797, 64)
    assert table.image_shape == (8, 8)
    assert table.kinds.tolist() == list(range(10))


def test_a_table_takes_no_other_choice():
    with pytest.raises(BudaiError, match="Leave the others away"):
        ReadingOptions(table=True, weld=0.1)
