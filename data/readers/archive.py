"""A ZIP of files, unpacked inside the child: what is not wanted in it is left, what would do harm is refused."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path
from typing import Any

from data.readers.container import zip_kind
from data.readers.refused import refuse
from errors import FileRefusedError

MAX_FILES = 1_000
MAX_UNPACKED = 500_000_000  # bytes, all members together
_RATIO, _RATIO_FROM = 300, 20_000_000  # tables shrink 5 to 50 times; a bomb 1,000 times
_LITTER = {"__macosx", "desktop.ini", "thumbs.db"}
_UNPACK = "Unpack it yourself and import the files in it."


def unpack_archive(path: Path, folder: Path) -> dict[str, Any]:
    """Write each file of the archive to folder/NNNN.ending.

    Returns {"members": [(name inside the archive, file name in folder)]}, or {"members": None} for anything that is
    no plain archive: workbooks are ZIP files too, and damaged ones are for `read` to refuse.
    """
    try:
        if zip_kind(path) != "zip":
            return {"members": None}
    except FileRefusedError:
        return {"members": None}
    try:
        with zipfile.ZipFile(path) as archive:
            return {"members": _extract(archive, folder)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise refuse("This ZIP archive is damaged.", "Download it again, or " + _UNPACK.lower()) from error
    except NotImplementedError as error:
        raise refuse("This ZIP archive is packed in a way that cannot be read.", _UNPACK) from error


def _extract(archive: zipfile.ZipFile, folder: Path) -> list[tuple[str, str]]:
    wanted = [(member, name) for member in archive.infolist() if (name := inert_name(member))]
    if not wanted:
        raise refuse("This ZIP archive holds no files.", "Export it again.")
    if len(wanted) > MAX_FILES:
        raise refuse(f"This ZIP archive holds {len(wanted):,} files; up to {MAX_FILES:,} are read.", _UNPACK)
    if sum(member.file_size for member, _ in wanted) > MAX_UNPACKED:
        raise _too_big()
    found: list[tuple[str, str]] = []
    taken: set[str] = set()
    budget = MAX_UNPACKED
    for number, (member, name) in enumerate(wanted):
        if member.flag_bits & 1:
            raise refuse("This ZIP archive is protected with a password.", _UNPACK)
        ending = Path(name).suffix
        target = folder / f"{number:04d}{ending if ending[1:].isalnum() and len(ending) < 8 else ''}"
        budget -= _copy(archive, member, target, budget)
        found.append((_distinct(name, taken), target.name))
    return found


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Unpack one member; returns its true size. What the archive says of its sizes is not believed."""
    size = 0
    with archive.open(member) as source, target.open("wb") as out:
        while block := source.read(1 << 20):
            size += len(block)
            if size > budget or (size > _RATIO_FROM and size > _RATIO * max(member.compress_size, 1)):
                raise _too_big()
            out.write(block)
    return size


def inert_name(member: zipfile.ZipInfo) -> str:
    """The member's path without drives, roots and steps upwards; "" for folders, links, hidden files and litter.

    It is only ever shown: the files themselves are numbered.
    """
    if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16):
        return ""
    name = member.filename
    if not member.flag_bits & 0x800:  # no word on the encoding: zipfile takes cp437, macOS writes UTF-8
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    parts = ["".join(c for c in part if c.isprintable()).strip() for part in name.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".", "..") and not part.endswith(":")]
    if any(part.startswith((".", "~$")) or part.lower() in _LITTER for part in parts):
        return ""
    return "/".join(parts)[-200:]


def _distinct(name: str, taken: set[str]) -> str:
    path, number, result = Path(name), 1, name
    while result.casefold() in taken:
        number += 1
        result = name.removesuffix(path.suffix) + f" ({number}){path.suffix}"
    taken.add(result.casefold())
    return result


def _too_big() -> FileRefusedError:
    return refuse("This ZIP archive unpacks to far more than a table needs, so it is not read.", _UNPACK)
