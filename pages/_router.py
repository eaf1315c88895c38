"""What every page stands in: the gate, navigation, the scope bar. The first thing that any visitor runs."""

import sys
from pathlib import Path

import streamlit as st

if (root := str(Path(__file__).resolve().parent.parent)) not in sys.path:
    sys.path.insert(0, root)  # when the router is run by itself, as tests do

from pages import _gate, _organisation, _shell
from service import journal

PAGES = {
    "": [
        st.Page(
            "overview.py",
            title="Overview",
            icon=":material/insights:",
            default=True,
            help="Referrals, won, value, close rate and active sources by month, beside the period before.",
        ),
        st.Page(
            "findings.py",
            title="Findings",
            icon=":material/fact_check:",
            help="Which of the well-known claims hold in your numbers, by how much, and how surely.",
        ),
        st.Page(
            "members.py",
            title="Members",
            icon=":material/badge:",
            help="A scorecard for each member, who is at risk of leaving, whose renewal is due.",
        ),
        st.Page(
            "network.py",
            title="Giving and network",
            icon=":material/hub:",
            help="Who gives to whom, who never met, and what runs through whom.",
        ),
        st.Page(
            "data.py",
            title="Data",
            icon=":material/database:",
            help="Import exports, see what was loaded, undo, and take tables with you.",
        ),
    ],
    "Contrasts": [
        st.Page(
            "presence.py",
            title="Linear and networked",
            icon=":material/sensor_occupied:",
            help="Referrals given while you are in the room against those given while you are somewhere else.",
        ),
        st.Page(
            "sources.py",
            title="Customers and partners",
            icon=":material/handshake:",
            help="Referrals of customers against those of professional partners, in count and in money.",
        ),
        st.Page(
            "tenure.py",
            title="Tenure and results",
            icon=":material/timeline:",
            help="What staying in the group does for the same people, net of who leaves.",
        ),
    ],
    "Patterns": [
        st.Page(
            "chapter.py",
            title="The chapter",
            icon=":material/groups:",
            help="Members’ rates, who refers to whom, pairs that never met, other chapters, closed business.",
        ),
        st.Page(
            "relationships.py",
            title="Relationships",
            icon=":material/savings:",
            help="What was invested in each relationship before something was asked of it.",
        ),
        st.Page(
            "newsources.py",
            title="New sources",
            icon=":material/person_add:",
            help="How long a new source takes to the first and third referral, and who was never asked.",
        ),
        st.Page(
            "repeatability.py",
            title="Repeatability",
            icon=":material/repeat:",
            help="Next quarter as a range, new sources, and whether results come steadily or in bursts.",
        ),
        st.Page(
            "teams.py",
            title="Power teams",
            icon=":material/diversity_3:",
            help="Which professions feed which.",
        ),
    ],
    "Share": [
        st.Page(
            "present.py",
            title="Present",
            icon=":material/slideshow:",
            help="Findings, pages and members as a story, one sentence a slide.",
        ),
        st.Page(
            "reports.py",
            title="Reports and letters",
            icon=":material/description:",
            help="Deck, page, workbook and PDF; a letter a member; the agenda of the meeting.",
        ),
    ],
    "Records": [
        st.Page(
            "people.py",
            title="People",
            icon=":material/group:",
            help="One person under several spellings, who is a customer, who was in the room.",
        ),
        st.Page(
            "log.py",
            title="Log",
            icon=":material/edit_note:",
            help="Enter referrals, contacts and assessments, say what came of them, correct what is wrong.",
        ),
        st.Page(
            "quality.py",
            title="Quality",
            icon=":material/verified:",
            help="What was read, what is missing, and which findings that holds back.",
        ),
        st.Page(
            "glossary.py",
            title="Glossary",
            icon=":material/menu_book:",
            help="Every word and every figure of the pages, and how it is computed.",
        ),
    ],
}

HERE = Path(__file__).parent
# Files of our own: an emoji or a material symbol as the icon would be fetched from another host.
st.set_page_config(page_title="Net Effect", page_icon=str(HERE / "mark.svg"), layout="wide")
st.logo(str(HERE / "wordmark.svg"), size="medium")
journal.begin()
door = _gate.door()
page = st.navigation(PAGES, position="top" if door.session and "slide" not in st.query_params else "hidden")
if door.session:
    _shell.open_page(page.title, door.session, door.draw)
    body = st.container()
    with st.skeleton(height=240), body:  # under what is drawn already, where the rest takes longer than a moment
        if _shell.frame().large:
            _organisation.instead(_shell.frame(), page.title)
        else:
            page.run()
elif door.draw:
    door.draw()
