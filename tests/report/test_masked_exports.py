"""Files that leave the house masked: no name, firm, profession, prospect or exact amount in any part of them."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

import service
from charts import embed
from report import build, pdf

SCOPE = service.Scope()
BLOCK = re.compile(r'<script type="application/json" id="figures">(.*?)</script>', re.DOTALL)


def secrets(session: service.Session) -> set[str]:
    """What must not be found: names of people, groups and files, professions, prospects."""
    frames = session.frames(SCOPE)
    with session.reader() as reader:
        files = [path for (path,) in reader.rows("select path from imports")]
    found = {*frames.people["name"], *frames.memberships["profession"].dropna(), *session.groups()["name"],
             *frames.referrals["prospect"].dropna(), *files}  # fmt: skip
    return {text for text in found if len(text) > 3}


def amounts(session: service.Session) -> set[float]:
    """Exact amounts that rounding changes, large enough not to be a count of something by chance."""
    frames = session.frames(SCOPE)
    found = pd.concat([frames.referrals["amount"], frames.thanks["amount"]]).dropna()
    return {float(a) for a in found if a >= 10_000 and round(a) % 10 ** (len(str(round(a))) - 2)}


def figures_of(page: str) -> dict:
    return json.loads(BLOCK.search(page)[1])  # type: ignore[index]


def numbers(value: object) -> list[float]:
    """Every number in the data of figures, packed arrays too."""
    if isinstance(value, dict) and "bdata" in value:
        return np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"]).astype(float).tolist()
    if isinstance(value, dict):
        return [n for part in value.values() for n in numbers(part)]
    if isinstance(value, list):
        return [n for part in value for n in numbers(part)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


def clean(text: str, session: service.Session) -> None:
    leaked = {secret for secret in secrets(session) if secret in text}
    assert leaked == set()
    for amount in amounts(session):
        written = {f"{amount:.0f}", f"{amount:,.0f}", f"{amount:.2f}", f"{amount:,.2f}"}
        assert not [w for w in written if re.search(rf"(?<![\d.,]){re.escape(w)}(?![\d])", text)], amount


def page_of(session: service.Session) -> str:
    return build.make(session, build.Order("html", SCOPE)).decode()


def test_the_tests_own_eyes_see_what_is_not_masked(chapter: service.Session) -> None:
    page = page_of(chapter)
    found = {secret for secret in secrets(chapter) if secret in page}
    assert found >= set(chapter.groups()["name"])
    assert len(found) > 20
    assert len(amounts(chapter)) > 10


def test_a_masked_page_tells_nothing(chapter: service.Session) -> None:
    page = page_of(chapter.hiding()).replace(embed.library(), "")
    made = figures_of(page)
    clean(page, chapter)
    clean("\n".join(texts(made)), chapter)
    assert not set(numbers([f["data"] for f in made["figures"]])) & amounts(chapter)
    assert not re.search(r"\bp\d{7}\b", "\n".join(texts(made)))


def test_no_part_of_a_masked_workbook_tells_anything(chapter: service.Session) -> None:
    with zipfile.ZipFile(io.BytesIO(build.make(chapter.hiding(), build.Order("xlsx", SCOPE)))) as archive:
        whole = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    clean(whole, chapter)
    assert "masked" in whole


def test_masked_results_name_nobody(chapter: service.Session) -> None:
    clean(build.make(chapter.hiding(), build.Order("json", SCOPE)).decode(), chapter)


@pytest.mark.browser
def test_a_masked_print_tells_nothing(chapter: service.Session) -> None:
    if pdf.browser() is None:
        pytest.skip("no Chromium was found: install one to test printing")
    order = build.Order("pdf", SCOPE, ("overview", "claim:S1", "claim:L4", "chapter"))
    read = PdfReader(io.BytesIO(build.make(chapter.hiding(), order)))
    said = "\n".join(page.extract_text() for page in read.pages)
    clean(said, chapter)
    clean(str(read.metadata), chapter)
    assert "Member " in said


def test_a_masked_file_says_so_and_its_name_names_nobody(chapter: service.Session) -> None:
    order = build.Order("html", SCOPE)
    name = build.filename(chapter.hiding(), order)
    assert name.endswith("-masked.html")
    clean(name, chapter)
    assert "Names are masked and amounts rounded." in page_of(chapter.hiding())
    assert "Names are masked" not in page_of(chapter)


def test_naughty_names_leave_no_trace_when_masked(hostile: service.Session) -> None:
    page = page_of(hostile.hiding()).replace(embed.library(), "")
    names = {name for name in hostile.frames(SCOPE).people["name"] if len(name) > 12}
    assert not {name for name in names if name in page or json.dumps(name)[1:-1] in page}
    assert "secret.example" not in page
    assert "Haulage" not in page
