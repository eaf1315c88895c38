"""Archives: the files in them come out under inert names, and nothing in them reaches beyond their folder."""

import zipfile

import pytest
from file_builders import write_csv, write_xlsx

from data.readers import read, unpack
from errors import FileRefusedError

LOG = "Date,From\n2026-03-04,Ada\n"


def archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            out.writestr(name, content)
    return path


def refused(path, folder):
    with pytest.raises(FileRefusedError) as caught:
        unpack(path, path.name, folder)
    return caught.value.message


def test_the_files_of_an_archive_come_out_and_are_read(tmp_path):
    book = write_xlsx(tmp_path / "b.xlsx", {"S": [["Date", "From"], ["x", "Ada"]]}).read_bytes()
    path = archive(tmp_path / "weeks.zip", [("week1.csv", LOG), ("june/week2.csv", LOG), ("june/b.xlsx", book)])
    found = unpack(path, "weeks.zip", tmp_path)
    assert [name for name, _ in found] == ["weeks.zip/week1.csv", "weeks.zip/june/week2.csv", "weeks.zip/june/b.xlsx"]
    assert [read(file, display_name=name).container for name, file in found] == ["csv", "csv", "xlsx"]
    assert found[0][1].read_text() == LOG


def test_anything_else_comes_back_as_it_is(tmp_path):
    damaged = tmp_path / "cut.zip"
    damaged.write_bytes(b"PK\x03\x04 cut off")
    for path in (
        write_csv(tmp_path / "x.csv", [["a"]]),
        write_xlsx(tmp_path / "x.xlsx", {"S": [["a"]]}),
        archive(tmp_path / "y.xlsx", [("other", ""), ("[Content_Types].xml", ""), ("xl/workbook.xml", "")]),
        damaged,
        tmp_path / "gone.csv",
    ):
        assert unpack(path, path.name, tmp_path) == [(path.name, path)]


def test_names_are_made_inert_and_files_stay_in_the_folder(tmp_path):
    names = [
        "../../up.csv",
        "/etc/abs.csv",
        "C:\\win\\back.csv",
        "a.csv",
        "A.csv",
        "x/../a.csv",
        "bell\x07.csv",
        "noending",
    ]
    folder = tmp_path / "in"
    folder.mkdir()
    found = unpack(archive(tmp_path / "z.zip", [(name, LOG) for name in names]), "z.zip", folder)
    assert [name for name, _ in found] == [
        "z.zip/up.csv", "z.zip/etc/abs.csv", "z.zip/win/back.csv", "z.zip/a.csv", "z.zip/A (2).csv", "z.zip/x/a.csv",
        "z.zip/bell.csv", "z.zip/noending",
    ]  # fmt: skip
    assert all(folder in file.resolve().parents for _, file in found)
    assert len({file for _, file in found}) == len(names)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "z.zip"]


def test_litter_is_left_out(tmp_path):
    litter = ["__MACOSX/._a.csv", ".DS_Store", "x/.hidden/a.csv", "desktop.ini", "Thumbs.db", "~$log.xlsx", "folder/"]
    path = archive(tmp_path / "z.zip", [*((name, "x") for name in litter), ("a.csv", LOG)])
    assert [name for name, _ in unpack(path, "z.zip", tmp_path)] == ["z.zip/a.csv"]
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    assert refused(archive(tmp_path / "l.zip", [(link, "/etc/passwd")]), tmp_path) == "This ZIP archive holds no files."


def test_an_archive_in_the_archive_is_refused_by_itself(tmp_path):
    inner = archive(tmp_path / "inner.zip", [("a.csv", LOG)]).read_bytes()
    found = unpack(archive(tmp_path / "z.zip", [("inner.zip", inner), ("a.csv", LOG)]), "z.zip", tmp_path)
    assert [name for name, _ in found] == ["z.zip/inner.zip", "z.zip/a.csv"]
    with pytest.raises(FileRefusedError, match="This is a ZIP archive, not a table"):
        read(found[0][1])


def test_bombs_and_locked_archives_are_refused(tmp_path):
    bomb = archive(tmp_path / "bomb.zip", [("a.csv", b"a,b\n" * 8_000_000)])
    assert bomb.stat().st_size < 200_000
    assert refused(bomb, tmp_path).startswith("This ZIP archive unpacks to far more than a table needs")
    many = archive(tmp_path / "many.zip", [(f"{i}.csv", "") for i in range(1_001)])
    assert refused(many, tmp_path) == "This ZIP archive holds 1,001 files; up to 1,000 are read."
    locked = archive(tmp_path / "locked.zip", [("a.csv", LOG)])
    content = bytearray(locked.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(content)
    assert refused(locked, tmp_path) == "This ZIP archive is protected with a password."
    broken = archive(tmp_path / "broken.zip", [("a.csv", LOG * 50)])
    content = bytearray(broken.read_bytes())
    content[40] ^= 0xFF
    broken.write_bytes(content)
    assert refused(broken, tmp_path) == "This ZIP archive is damaged."
