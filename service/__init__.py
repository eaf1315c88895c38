"""The one seam between rooms: opens a workspace for a viewer, fetches what a page or claim names, runs it, caches it.

Used alike by pages, command line and reports; knows no Streamlit.
"""

from __future__ import annotations

from analysis.scope import Scope
from data.draft import Answers, Question
from data.importing import FileOutcome, ImportOutcome, QuestionsOpen
from data.inert import table as inert
from data.reader import asked_while
from data.store import Workspace
from service.access import Grant
from service.imports import Mapper, Preview, peek, remembered, title_of
from service.places import (
    HOME_VARIABLE,
    SAMPLE_WORLD,
    add_sample,
    current,
    granted,
    home,
    open_workspace,
    remove_sample,
    sample_path,
    world_drafts,
    write_sample,
)
from service.session import Session, Viewer, when_forgetting

__all__ = [
    "HOME_VARIABLE",
    "SAMPLE_WORLD",
    "Answers",
    "FileOutcome",
    "Grant",
    "ImportOutcome",
    "Mapper",
    "Preview",
    "Question",
    "QuestionsOpen",
    "Scope",
    "Session",
    "Viewer",
    "Workspace",
    "add_sample",
    "asked_while",
    "current",
    "granted",
    "home",
    "inert",
    "open_workspace",
    "peek",
    "remembered",
    "remove_sample",
    "sample_path",
    "title_of",
    "when_forgetting",
    "world_drafts",
    "write_sample",
]  # fmt: skip
