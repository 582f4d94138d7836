"""Tables of points as programs write them: names tell the columns, and nothing else is ever read silently."""

import numpy as np
import pytest

from assets import sample_path
from core.base.errors import BudaiError, InputError
from core.data.reading_options import ReadingOptions
from core.io.load import load
from core.io.noisy_file import read_noisy
from core.io.readers import points as read_points
from core.io.readers.tables.column_choice import ColumnsNeededError
from core.io.reading import load_in_child
from tests.core.io import tiny

POINTS = [[-1.5, 2, 3.25], [4, 5.5, 6], [7, 8, -9.125], [1, 0, 2]]


def text(rows: list[str], head: str = "") -> str:
    return (head + "\n" if head else "") + "\n".join(rows) + "\n"


def table(form: str, head: str = "") -> str:
    """Return the points as lines of a form with {k}, {x}, {y}, {z}."""
    return text([form.format(k=k, x=x, y=y, z=z) for k, (x, y, z) in enumerate(POINTS)], head)


GOOD = {
    "index without a name": ("a.csv", table("{k},{x},{y},{z}", ",x,y,z")),
    "columns numbered by pandas": ("a.csv", table("{k},{x},{y},{z}", ",0,1,2")),
    "columns numbered, no index": ("a.csv", table("{x},{y},{z}", "0,1,2")),
    "index without any names": ("a.csv", table("{k},{x},{y},{z}")),
    "index of R, quoted names": ("a.txt", table('"{k}" {x} {y} {z}', '"x" "y" "z"')),
    "text column": ("a.csv", table("P{k},{x},{y},{z}", "name,x,y,z")),
    "text column without names": ("a.csv", table("P{k},{x},{y},{z}")),
    "text column and white space": ("a.txt", table("P{k} {x} {y} {z} tree")),
    "empty column": ("a.csv", table("{k},,{x},{y},{z}", "id,name,x,y,z")),
    "delimiter in quotes": ("a.csv", table('{k},"tree, old",{x},{y},{z}', "id,name,x,y,z")),
    "numbers in quotes": ("a.csv", table('"{x}","{y}","{z}"', '"X","Y","Z"')),
    "ParaView": ("a.csv", table("0.5,{x},{y},{z}", '"Normals:0","Points:0","Points:1","Points:2"')),
    "units": ("a.csv", table("{z};{y};{x}", "Z [m];Y (m);X (m)")),
    "positions": ("a.csv", table("9,9,9,{x},{y},{z}", "vel_x,vel_y,vel_z,pos_x,pos_y,pos_z")),
    "suffixed": ("a.csv", table("{x},{y},{z},1", "x_coord,y_coord,z_coord,id")),
    "map grid": ("a.csv", table("{k},{y},{x},{z}", "Point,Northing,Easting,Elevation")),
    "map grid with height": ("a.tsv", table("{x}\t{y}\t{z}\tfence post", "E (m)\tN (m)\tH (m)\tCode")),
    "names in a comment": ("a.asc", table("{k} {x} {y} {z}", "//id X Y Z")),
    "names behind a sharp": ("a.txt", table("{z} {y} {x}", "# z y x")),
    "delimiter at the end": ("a.csv", table("{x},{y},{z},", "x,y,z,")),
    "R's V1": ("a.csv", table("{x},{y},{z}", '"V1","V2","V3"')),
    "old Mac": ("a.csv", table("{k},{x},{y},{z}", "id,x,y,z").replace("\n", "\r")),
    "UTF-16": ("a.csv", table("{k},{x},{y},{z}", "id,x,y,z").encode("utf-16")),
    "UTF-16 without a mark": ("a.txt", table("{x} {y} {z}").encode("utf-16-le")),
}


@pytest.mark.parametrize("case", GOOD)
def test_columns_are_found(opened, case):
    np.testing.assert_array_equal(opened(*GOOD[case]).data.points, POINTS)


def test_an_empty_field_is_no_number_and_moves_nothing(opened):
    loaded = opened("a.csv", "x,y,z,i\n1,2,3,4\n5,,7,8\n9,10,11,12\n")
    assert loaded.data.points.tolist() == [[1, 2, 3], [9, 10, 11]]
    assert "Dropped 1 of 3 points" in " ".join(loaded.warnings)
    # Further down than the lines that the layout is found from.
    rows = [f"1,2,{k},4" for k in range(100)] + ["1,,3,4"]
    assert opened("a.csv", text(rows, "i,x,y,z")).data.points.shape == (100, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b,c\n1,2,3.5\n4,5,6\n", "no columns are named as coordinates (there are: a, b, c)"),
        ("lat,lon,height\n48.1,11.5,500\n48.2,11.6,510\n", "angles"),
        ("x,y\n1,2\n3,4\n", "expected 3 numbers"),
        ("x,y,z\n1,2,3\n4,five,6\n7,8,9\n", 'line 3: "five" is not a number'),
        ("x,y,z,n\n1,2,3,a\n4,5\n7,8,9,b\n", "line 3: expected 4 fields, found 2"),
        ("id,x,y,vx,vy,vz\n1,2,3,4,5,6\n2,2,3,4,5,7\n", "no columns are named as coordinates"),
    ],
)
def test_what_cannot_be_told_is_refused(refused, content, said):
    assert said in refused("a.csv", content)


def test_normals_and_colours_are_taken_by_name_and_by_suffix(opened):
    cloud = opened("a.csv", "r,g,b,Normals:0,Normals:1,Normals:2,x,y,z\n255,0,51,0,0,2,1,2,3\n0,0,0,1,0,0,4,5,6\n").data
    assert cloud.points.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert cloud.normals.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert cloud.colors.tolist() == [[255, 0, 51], [0, 0, 0]]
    cloud = opened("a.xyzrgb", "1 2 3 1 0 0.2\n4 5 6 0 0 0\n").data
    assert cloud.colors.tolist() == [[255, 0, 51], [0, 0, 0]]
    assert opened("a.xyzn", "1 2 3 0 0 2\n4 5 6 1 0 0\n").data.normals.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_several_scans_in_pts(opened, refused, monkeypatch):
    scans = "2\n1 2 3 4 5 6 7\n2 2 3 4 5 6 7\n1\n3 2 3 4 5 6 7\n"
    assert opened("a.pts", scans).data.points[:, 0].tolist() == [1, 2, 3]
    assert "2 scans, taken together: points 2 (line 2), 1 (line 5)." in " ".join(opened("a.pts", scans).warnings)
    assert "scan 2 promises 2 points, 1 follow" in refused("a.pts", scans.replace("\n1\n", "\n2\n"))
    assert "scan 1 promises 3 points, 2 follow" in refused("a.pts", "3" + scans[1:])
    monkeypatch.setattr(read_points, "CHUNK", 24)
    assert opened("a.pts", scans).data.points[:, 0].tolist() == [1, 2, 3]


def test_normals_of_length_zero_are_counted_and_zeros_alone_are_nothing(opened):
    rows = "".join(f"{x + 0.5} {x * x} 1 {'0 0 0' if x % 3 == 0 else '0 0 1'}\n" for x in range(12))
    found = opened("a.xyz", rows)
    assert found.data.normals is None
    assert "Normals are left out: 4 of 12 are zero or not finite (first: line 1)." in found.warnings
    found = opened("a.xyz", "".join(f"{x + 0.5} {x * x} 1 0 0 0\n" for x in range(12)))
    assert found.data.colors is None
    assert "Ignored the columns 4, 5, 6." in found.warnings


@pytest.mark.parametrize(
    "nan", ["nan", "NaN", "-nan", "-nan(ind)", "nan(snan)", "1.#QNAN", "-1.#IND00", "1.#INF", "NA", "null"]
)
def test_nan_in_all_spellings_is_dropped_and_told(opened, nan):
    for name, delimiter in (("a.xyz", " "), ("a.csv", ",")):
        rows = [delimiter.join(map(str, row)) for row in POINTS]
        rows.insert(2, delimiter.join(["1", nan, "2"]))
        loaded = opened(name, text(rows))
        assert loaded.data.points.tolist() == POINTS
        assert "Dropped 1 of 5 points" in " ".join(loaded.warnings)


@pytest.mark.parametrize(
    "content", [",,,\n1 2 3\n2 3 4\n4 5 5\n", "1,2,3\n,,\n4,5,6\n4,4,4\n", "1;2;3\n;\n4;5;6\n9;8;7\n"]
)
def test_a_line_of_delimiters_alone_is_no_point(opened, content):
    assert len(opened("a.csv", content).data.points) in (2, 3)


def test_a_scan_in_ptx_is_moved_by_its_matrix(opened, refused):
    pose = "0 0 0\n1 0 0\n0 1 0\n0 0 1\n0 1 0 0\n-1 0 0 0\n0 0 1 0\n10 20 30 1\n"
    scan = "2\n2\n" + pose + "1 0 0 0.5\n0 0 0 0.5\n0 1 0 0.5\n0 0 2 0.5\n"
    loaded = opened("a.ptx", scan + scan)
    assert loaded.data.points.tolist() == [[10, 21, 30], [9, 20, 30], [10, 20, 32]] * 2
    assert "2 places" in loaded.warnings[0]
    assert "ends early: 2 of 4 points" in refused("a.ptx", "\n".join(scan.splitlines()[:-2]))
    assert "line 1" in refused("a.ptx", tiny.xyz())


TABLES = {
    "no name fits": ("a,b,c\n1,2,3.5\n4,5,6\n7,7,7\n", ("a", "b", "c"), (0, 1, 2)),
    "an index and a time": ("id,time,p,q,r\n7,0,1,2,3\n7,1,2,4,3\n", ("p", "q", "r"), (2, 3, 4)),
    "a text between": ("p,tree,q,r\n1,oak,2,3\n2,elm,4,3\n", ("p", "q", "r"), (0, 2, 3)),
    "angles": ("lat,lon,height\n48.1,11.5,500\n48.2,11.6,510\n", ("lat", "lon", "height"), (0, 1, 2)),
    "no names, four numbers": ("1.5,2,3,9\n4,5,6,9\n1,1,2,9\n", ("1", "2", "3"), (0, 1, 2)),
    "a name twice": ("v,v,w,q\n1,2,3,9\n4,5,6,9\n", ("1", "2", "w"), (0, 1, 2)),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_does_not_tell_its_coordinates_is_asked_about(tmp_path, case):
    content, words, guess = TABLES[case]
    file = tmp_path / "a.csv"
    file.write_text(content)
    with pytest.raises(ColumnsNeededError, match=r"--columns X,Y,Z") as caught:
        load_in_child(file)  # the question comes through the pipe of the child
    question = caught.value.question
    assert question.guess == guess
    assert tuple(question.word(k) for k in guess) == words
    assert question.rows[-1] == tuple(content.splitlines()[-1].split(","))
    loaded = load(file, ReadingOptions(words))
    assert loaded.how.columns == words
    np.testing.assert_array_equal(
        loaded.data.points, [[float(row[k]) for k in guess] for row in question.rows[: len(loaded.data.points)]]
    )
    assert "they were chosen" in " ".join(loaded.warnings)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("c", "a", "b"), [[3.5, 1, 2], [6, 4, 5]]),
        (("3", "1", "2"), [[3.5, 1, 2], [6, 4, 5]]),
        (("C ", "2", "a"), [[3.5, 2, 1], [6, 5, 4]]),
    ],
)
def test_columns_are_chosen_by_name_or_number(tmp_path, columns, expected):
    file = tmp_path / "a.csv"
    file.write_text("a,b,c\n1,2,3.5\n4,5,6\n")
    assert load(file, ReadingOptions(columns)).data.points.tolist() == expected
    assert read_noisy(file, columns).points.tolist() == expected


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("a", "b", "d"), 'has no column "d". There are: a, b, c, name.'),
        (("a", "b", "5"), 'has no column "5"'),
        (("a", "b", "0"), 'has no column "0"'),
        (("a", "b", "name"), 'the column "name" holds no numbers'),
        (("a", "b", "1"), "not three different ones"),
    ],
)
def test_columns_that_cannot_be_chosen_are_refused(tmp_path, columns, said):
    file = tmp_path / "a.csv"
    file.write_text("a,b,c,name\n1,2,3.5,oak\n4,5,6,elm\n")
    with pytest.raises(InputError) as caught:
        load(file, ReadingOptions(columns))
    assert said in str(caught.value)
    assert not isinstance(caught.value, ColumnsNeededError)


def test_normals_keep_their_names_beside_chosen_coordinates(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("a,b,c,nx,ny,nz\n1,2,3.5,0,0,1\n4,5,6,0,2,0\n")
    cloud = load(file, ReadingOptions(("a", "b", "c"))).data
    assert cloud.normals.tolist() == [[0, 0, 1], [0, 1, 0]]


def test_a_choice_where_there_are_no_columns_is_refused(tmp_path):
    with pytest.raises(InputError, match="is no table"):
        load(sample_path("laughing_figurine"), ReadingOptions(("a", "b", "c")))
    with pytest.raises(InputError, match="no table"):
        load(sample_path("torus"), ReadingOptions(("a", "b", "c")))


@pytest.mark.parametrize("columns", [("a",), ("a", "b", "a"), ("a", "", "c")])
def test_three_different_columns_are_wanted(columns):
    with pytest.raises(BudaiError, match="three different"):
        ReadingOptions(columns)


def test_columns_without_names_that_explain_themselves_are_read(opened):
    cloud = opened("a.csv", "1,2,3,0,0,1,255,0,51\n4,5,6,1,0,0,0,0,0\n4,5,7,1,0,0,0,0,0\n").data
    assert cloud.points[0].tolist() == [1, 2, 3]
    assert cloud.colors[0].tolist() == [255, 0, 51]
    assert opened("a.xyz", "1 2 3 9\n4 5 6 9\n").data.points.tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(("more", "said"), [("", "column 4."), (",7", "columns 4, 5.")])
def test_columns_that_are_left_out_are_counted(tmp_path, more, said):
    (tmp_path / "a.csv").write_text(table("{x},{y},{z},{k}" + more, "x,y,z,id" + (",b" if more else "")))
    assert f"Ignored the {said}" in load(tmp_path / "a.csv").warnings


def test_a_single_point_is_told_as_one(tmp_path):
    (tmp_path / "a.xyz").write_text("1 2 3\n")
    with pytest.raises(InputError, match=r"all points coincide \(1 in all\)"):
        load(tmp_path / "a.xyz")
