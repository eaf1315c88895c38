"""Giving and network: who gives to whom and who never met, one member's ring, the whole net, what comes back."""

import streamlit as st

from charts import network as words
from formats import plain
from pages import _network, _network_claims, _shell, _states

frame = _shell.frame()
if frame.session.is_empty:
    st.title("Giving and network", anchor=False)
    _states.empty()
    st.stop()
net = _network.net(frame)
st.title(plain(words.headline(net, frame.locale)), anchor=False)
if net.empty:
    _states.no_events()
    st.stop()
st.markdown(plain(words.subline(net, frame.locale)))
if frame.scope.receiver:
    st.caption("This page is about all members: the choice of one receiver does not narrow it.")
_network.never_met(frame)
_network.matrix(frame, net)
_network.one_member(frame, net)
_network.whole(frame, net)
_network_claims.cards(frame)
