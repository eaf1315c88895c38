"""The keys of a slide show: arrows, Space, a clicker's PageUp and PageDown, Home, End, Esc, and F for the full screen.

A button takes one key and a clicker sends others, so a small component listens for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

KEY = "slide_keys"
# `at` runs ahead of the server: whoever presses three times quickly goes three slides on.
SCRIPT = """
let at = 1, count = 1, send = () => {}, live = false, filled = false;
const NEXT = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter", "n"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace", "p"];
function turn(to) {
  const slide = Math.max(1, Math.min(count, to));
  if (slide !== at) { at = slide; send(slide); }
}
function fill() {
  if (document.fullscreenElement) { filled = false; document.exitFullscreen(); return; }
  document.documentElement.requestFullscreen?.().then(() => { filled = true; }, () => {});
}
function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const button = event.target.closest?.("button, a");
  if (typing || (button && (event.key === "Enter" || event.key === " "))) return;
  if (NEXT.includes(event.key)) turn(at + 1);
  else if (BACK.includes(event.key)) turn(at - 1);
  else if (event.key === "Home") turn(1);
  else if (event.key === "End") turn(count);
  else if (event.key === "Escape") send(0);
  else if (event.key === "f" || event.key === "F") fill();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
function emptied() {
  if (!document.fullscreenElement && filled) { filled = false; send(0); }
}
export default function ({ data, setTriggerValue }) {
  at = data.at;
  count = data.count;
  send = (slide) => setTriggerValue("turned", slide);
  if (!live) {
    live = true;
    document.addEventListener("keydown", pressed, true);
    document.addEventListener("fullscreenchange", emptied);
    if (navigator.userActivation?.isActive && !document.fullscreenElement) fill();
  }
  return () => {
    live = false;
    document.removeEventListener("keydown", pressed, true);
    document.removeEventListener("fullscreenchange", emptied);
    if (document.fullscreenElement) { filled = false; document.exitFullscreen(); }
  };
}
"""
_keys = st.components.v2.component("net_effect_slide_keys", html="<span></span>", js=SCRIPT)


def listen(at: int, count: int, go: Callable[[int | None], None]) -> None:
    """go: called with the slide that a key asks for, from 1; None to leave."""

    def turned() -> None:
        slide = st.session_state[KEY].turned
        if slide is not None:
            go(int(slide) or None)

    _keys(key=KEY, data={"at": at, "count": count}, on_turned_change=turned)
