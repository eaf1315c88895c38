"""Which 8-bit or double-byte encoding a text is in, judged by whether its letters make up one language's alphabet.

Encodings that share their bytes (Greek and Cyrillic, Polish and French, Chinese and Korean) differ in which of their
letters are common, in where capitals stand, and in what stands between letters.
"""

from __future__ import annotations

from collections.abc import Iterable

_WEST = "cp1252", "mac_roman", "cp850"
_EAST = "cp1250", "iso8859_2"
_CYRILLIC = "cp1251", "koi8_r", "cp866", "iso8859_5"
# (encodings, the letters beyond ASCII that the language uses, its commonest letters where the whole script is foreign)
_ALPHABETS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (_WEST, "éèàçêôîâûùëïœæÿü", ""),
    (_WEST, "äöüß", ""),
    (_WEST, "áéíóúñü¿¡ªº", ""),
    (_WEST, "ãõáéíóúâêôçàüºª", ""),
    (_WEST, "àèéìòùîó", ""),
    (_WEST, "æøåéöä", ""),
    (_WEST, "åäöé", ""),
    (_WEST, "ëïéèöüêó", ""),
    (("cp1252",), "áéíóúýðþæö", ""),
    (("cp1252",), "õäöüšž", ""),
    (_EAST, "ąćęłńóśźż", ""),
    (_EAST, "čřěšžýáíéůúďťňó", ""),
    (_EAST, "áäčďéíĺľňóôŕšťúýž", ""),
    (_EAST, "áéíóöőúüű", ""),
    (_EAST, "čćđšž", ""),
    (_EAST, "ăâîşţ", ""),
    (("cp1254",), "çğıöşüâîİ", ""),
    (("cp1257",), "āčēģīķļņšūžō", ""),
    (("cp1257",), "ąčęėįšųūž", ""),
    (_CYRILLIC, "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґђјљњћџ", "оеаинтсрвлкмдпу"),
    (("cp1253", "iso8859_7"), "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "αοιετσνηυρπκμλςάέήίόύώ"),
    (("cp1255",), "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלארמתבשנדקםן"),
    (("cp1256",), "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ،؟", "اليمونرتبةدعفسك"),
)
# Several Western languages in one list of names are the rule; one alphabet that explains all is still preferred.
_ANY_WEST = "éèàçêôîâûùëïœæüäößáíóúñãõòìøåÿ¿¡ªº"
_SIGNS = set("€‚„…†‡‰‹›‘’“”•–—™«»§°©®±²³·´`×÷£¥¢¦¬¼½¾µ¶№\xa0\xad")
_OPENING = set("‘“„‚«‹–—•°·\xa0")
_THAI_VOWELS = set(range(0x0E31, 0x0E32)) | set(range(0x0E34, 0x0E3B)) | set(range(0x0E47, 0x0E4F))
# Double-byte encodings: the lead bytes of common ideographs, of rare ones, and the value of kana.
_DOUBLE: tuple[tuple[str, range, range, float], ...] = (
    ("cp932", range(0x88, 0x98), range(0x98, 0xFD), 1.0),
    ("euc_jp", range(0xB0, 0xD0), range(0xD0, 0xFF), 1.0),
    ("cp949", range(0xB0, 0xC9), range(0xCA, 0xFE), 0.2),
    ("big5", range(0xA4, 0xC7), range(0xC9, 0xFA), 0.2),
    ("gb18030", range(0xB0, 0xD8), range(0xD8, 0xF8), 0.2),
)


def likeliest(sample: bytes) -> str:
    """The encoding under which `sample` (lines with bytes beyond ASCII) reads most like a language; cp1252 if none
    does.
    """
    scores = [*_alphabet_scores(sample), *_double_scores(sample), ("cp874", _thai(sample))]
    best, score = max(scores, key=lambda pair: pair[1])  # the first of equals: the commoner encodings come first
    return best if score > 0.3 else "cp1252"


def _alphabet_scores(sample: bytes) -> Iterable[tuple[str, float]]:
    texts: dict[str, str | None] = {}
    for encodings, alphabet, common in (*_ALPHABETS, (_WEST, _ANY_WEST, "")):
        for place, encoding in enumerate(encodings):
            if encoding not in texts:
                texts[encoding] = _decoded(sample, encoding)
            text = texts[encoding]
            if text is not None:
                factor = (0.92 if alphabet is _ANY_WEST else 1.0) - 0.06 * place
                yield encoding, factor * _coverage(text, alphabet, common)


def _coverage(text: str, alphabet: str, common: str) -> float:
    """How well an alphabet explains the characters beyond ASCII, from 1 (all) down; below 0 for nonsense."""
    letters = set(alphabet) | set(alphabet.upper())
    frequent = set(common) | set(common.upper())
    total = score = 0.0
    for before, here, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if here.isascii():
            continue
        total += 1
        if here in letters:
            score += 1.0 if not common or here in frequent else 0.6
            alien = common and any(c.isascii() and c.isalpha() for c in (before, after))
            doubled = not common and any(c in letters for c in (before, after))
            score -= 0.5 * bool(alien) + 0.15 * doubled + _odd_capital(before, here, after)
        elif here in _SIGNS:
            odd = here not in "’\xad" and after.isalpha() and (before.isalpha() or here not in _OPENING)
            score += 0.95 if not odd or before + here + after in ("l·l", "L·L") else 0.2
        else:
            score -= 0.5
    return score / total if total else 0.0


def _odd_capital(before: str, here: str, after: str) -> float:
    """What a capital in the middle of a word, or alone, costs: most are letters of another encoding."""
    if not here.isupper():
        return 0.0
    if before.islower() or (before.isalpha() and after.islower()):
        return 0.5
    return 0.0 if before.isalpha() or after.isalpha() else 0.05


def _double_scores(sample: bytes) -> Iterable[tuple[str, float]]:
    for encoding, common, rare, kana in _DOUBLE:
        text = _decoded(sample, encoding)
        if text is None:
            continue
        score, size = 0.0, 0
        for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
            if char.isascii():
                continue
            code = char.encode(encoding)
            size += len(code)
            score += len(code) * _double_value(char, code, common, rare, kana)
            score -= before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
        yield encoding, score / size if size else 0.0


def _double_value(char: str, code: bytes, common: range, rare: range, kana: float) -> float:
    if "\u3040" <= char <= "\u30ff":
        return kana
    if "\uff61" <= char <= "\uff9f" or len(code) != 2:
        return -0.3  # half-width kana and four-byte forms: what Western letters turn into
    if char in "、。，：；（）！？「」『』《》“”・ー　·－／":
        return 0.9
    if "\uff10" <= char <= "\uff5a":
        return 0.8
    if not char.isalpha():
        return -0.3
    tidy = code[1] >= 0xA1 or code[0] < 0xA1 or common.start == 0xA4
    # Korean before Chinese: Hangul fills the first third of the Chinese common range, Chinese text all of it
    value = 0.96 if common.start == 0xB0 and common.stop == 0xC9 else 0.95
    return (value if code[0] in common else 0.2 if code[0] in rare else 0.0) if tidy else 0.0


def _thai(sample: bytes) -> float:
    text = _decoded(sample, "cp874")
    if text is None:
        return 0.0
    total = score = 0.0
    for before, here, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if here.isascii():
            continue
        total += 1
        score += 0.9 if "\u0e01" <= here <= "\u0e5b" else 0.5 if here in _SIGNS else -0.5
        score -= 0.5 * any(c.isascii() and c.isalnum() for c in (before, after))
        score -= ord(here) in _THAI_VOWELS and not "\u0e01" <= before <= "\u0e4e"
        score -= "\u0e40" <= here <= "\u0e44" and not "\u0e01" <= after <= "\u0e2e"
    return score / total if total else 0.0


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except UnicodeDecodeError:
        return None
