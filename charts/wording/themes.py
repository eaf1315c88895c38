"""The board of findings: its six themes in order, what no log can test, and what is not built yet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One theme of the board: what it asks, and its claims in the order of the story."""

    key: str
    title: str
    asks: str
    claims: tuple[str, ...]


THEMES = (
    Theme(
        "presence",
        "In the room or not",
        "Do the better referrals come while you are somewhere else?",
        ("L1", "L5", "L9", "L4", "L3"),
    ),
    Theme("tenure", "Time in the group", "Does staying pay, and does moving on cost?", ("T1", "T2")),
    Theme(
        "sources",
        "Customers and professional partners",
        "Who refers more, better and more steadily?",
        ("S1", "S4", "S2", "S3", "S5"),
    ),
    Theme(
        "repeatability",
        "Coincidence or system",
        "Can you count on it, and where does the next one come from?",
        ("R1", "R2", "R4", "R6", "R7", "R8", "R13", "R14"),
    ),
    Theme("capital", "Investing before asking", "Do deposits come before withdrawals?", ("D3", "D4", "D5")),
    Theme("speed", "Quick sources", "How soon does a new source refer, and can you see it coming?", ("Q1", "Q2", "Q3")),
)

# Said by the trade's authors and beyond any referral log.
UNTESTABLE = (
    "Whether somebody is sincere, or only glad-hands.",
    "Whether customers are happy, and why anybody refers.",
    "How good a description of you a source gives to others: no log holds the words.",
    "How many hours of cold calls a referral replaces: the hours are not logged.",
    "Whether a training or a new meeting format caused anything: there is no group without it to compare.",
    "How a source is best introduced, and how it is best sold to.",
)

# Claims with a method on paper and no code yet, in our own words.
NOT_BUILT = {
    "presence": (
        "Referrals made in the room are capped by the people you can meet",
        "Asking every time trains sources to wait for it",
        "Asking while serving a customer spoils both",
        "Partners who are taught what you do refer more while you are away",
    ),
    "tenure": ("Those who give nothing in the first half-year receive less", "Being seen is not enough"),
    "sources": (
        "Customers are the first sources one has",
        "Asking a customer puts off the next referral",
        "Some have only ever been referred by customers",
    ),
    "repeatability": (
        "Referrals come at random around a steady rate",
        "Results grow in step with one-to-ones",
        "Giving brings business from unexpected corners",
        "No two paths of a referral are alike",
        "Steady effort beats bursts of effort",
        "Day-to-day work on relationships adds up",
        "Activity explains only a part of results",
    ),
    "capital": (
        "Shallow relationships go with few referrals",
        "Social capital explains nearly everything",
        "Most who ask have given nothing before",
        "Those with deep relationships always succeed",
        "Asking somebody one has just met does not work",
        "Investments need most of a year",
        "Which of the thirteen questions earn their place",
        "A lost referral costs the next one",
    ),
    "speed": (
        "Sources become predictable",
        "Low raters never refer",
        "Asking where one stands helps",
        "Quick sources wanted to refer from the start",
        "Without trust there is no referral",
        "Feelings are hard to measure twice alike",
        "How many sources were ever asked where they stand",
    ),
}
