"""Relationships: the bank of each one, the thirteen points, and what followed asks and ratings."""

import streamlit as st

from charts import relationships as words
from formats import plain
from pages import _relationships, _shell, _states

frame = _shell.frame()
if frame.session.is_empty:
    st.title("Relationships", anchor=False)
    _states.empty()
    st.stop()
bank, profile = _relationships.bank_of(frame), _relationships.profile_of(frame)
title = st.empty()
if bank is not None:
    title.title(plain(words.headline(bank, frame.locale)), anchor=False)
    st.caption(plain(words.subline(bank, frame.locale)))
else:
    title.title("Relationships", anchor=False)
person, other = _relationships.menus(bank, profile)
if person:
    if bank is not None and person in bank.names:
        title.title(plain(words.title(bank, person, other, frame.locale)), anchor=False)
    _relationships.one_account(frame, bank, person, other)
    _relationships.points(frame, profile, person, other, _relationships.who(bank, profile, person, other))
    st.stop()
first, second = st.columns(2)
with first:
    _relationships.accounts(frame, bank)
with second:
    _relationships.early(frame, bank)
    _relationships.points(frame, profile, None, None, "")
if not frame.blank:
    _relationships.what_followed(frame)
