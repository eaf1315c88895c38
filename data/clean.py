"""Text → typed value for names, words and yes/no. Dates and money have modules of their own.

Everything works on the distinct values of a column, so that a million rows cost what their vocabulary costs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.readers.raw import Column

# Han with its repetition mark, kana of both widths, Hangul, and the Han beyond the basic plane.
_CJK = re.compile(
    r"[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\uac00-\ud7af"
    r"\U00020000-\U0002fa1f]"
)
_BRACKETED = re.compile(r"\(.*?\)|\[.*?\]")
_BRACKETS = re.compile(r"[()\[\]]")
_SIGNS = re.compile(r"[^\w#✓✔✗✘○◯×]+|_+")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
NO_NAME = frozenset(("-", "–", "—", "--", "?", "n/a"))


def fold(text: str) -> str:
    """A word for comparison: no case, accents, brackets or punctuation. 'Présent ?' → 'present', 'N°' →
    'no'.
    """
    if ("(" in text or "[" in text) and not text.strip().startswith("("):
        text = _BRACKETED.sub(" ", text)
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKD", text.replace("°", "o")).casefold()
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(_SIGNS.sub(" ", text).split())


def spellings(word: str) -> set[str]:
    """How a word of our tables may be written: as it is, and with ae, oe, ue for umlauts."""
    umlauts = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
    return {fold(word), fold(word.casefold().translate(umlauts))}


def table(*parts: Mapping[str, str]) -> dict[str, str]:
    """{'won': 'won|sold|gewonnen'} → {'won': 'won', 'sold': 'won', …}, all spellings; a word that comes twice keeps
    its first meaning.
    """
    found: dict[str, str] = {}
    for value, words in (entry for part in parts for entry in part.items()):
        for word in words.split("|"):
            for spelling in spellings(word):
                found.setdefault(spelling, value)
    return found


def clean_name(text: str) -> str | None:
    """A person's name: white space collapsed (removed between CJK characters), otherwise as written; None
    for '-' and '?'.
    """
    name = " ".join(text.split()) if text.isascii() else _SPACE.sub(" ", text).strip()
    if not name.isascii() and _CJK.search(name):
        name = re.sub(rf"(?<={_CJK.pattern}) (?={_CJK.pattern})", "", name)
    return None if name.casefold() in NO_NAME or not name else name


def full_name(first: str | None, last: str | None) -> str | None:
    """First and last name in the order of their script: "Ada Larch", "王小明" (family name first, no space)."""
    parts = [part for part in (first, last) if part]
    if first and last and _CJK.search(first) and _CJK.search(last):
        return last + first
    return " ".join(parts) or None


SOURCE_KINDS = table(
    {
        "customer": "customer|client|existing customer|existing client|past client|past customer|"
        "former client|current client|"
        "customers|clients|kunde|kundin|kunden|bestandskunde|stammkunde|client existant|"
        "ancien client|cliente|clientes|cliente atual|"
        "cliente antigo|klant",
        "member": "member|fellow member|group member|chapter member|bni member|members|mitglied|"
        "chapter-mitglied|gruppenmitglied|membre|"
        "membre du groupe|membro|membro do grupo|miembro|lid",
        "partner": "partner|professional|professional partner|business partner|strategic partner|"
        "referral partner|power partner|"
        "outside partner|partners|geschäftspartner|netzwerkpartner|kooperationspartner|"
        "partnerin|profi|partenaire|"
        "partenaire professionnel|professionnel|parceiro|parceira|parceiro profissional|"
        "profissional|socio|partner professionale",
        "personal": "personal|friend|friends|family|friend or family|friends and family|friends "
        "family|friend family|relative|neighbour|neighbor|"
        "private|freund|freundin|freunde|familie|privat|persönlich|bekannter|verwandte|"
        "ami|amie|famille|personnel|privé|"
        "amigo|amiga|família|pessoal|particular",
        "inbound": "inbound|web|website|web site|internet|online|google|walk-in|walk in|self|direct|"
        "direct enquiry|found us|search|"
        "social media|advert|advertising|anfrage|eigeninitiative|laufkundschaft|werbung|"
        "webseite|site web|site|spontané|"
        "entrant|publicité|espontâneo|entrada direta|anúncio|página web",
    },
    {
        "customer": "客户|客戶|老客户|老客戶|既有客户|既有客戶|顧客|お客様|既存客|既存顧客|"
        "cliente existente|cliente actual|"
        "antiguo cliente|cliente esistente|ex cliente|clienti|bestaande klant|klanten|oud klant",
        "member": "会员|會員|成员|成員|分会会员|分會會員|メンバー|miembros|"
        "miembro del grupo|membri|membro del gruppo|"
        "leden|medelid|groepslid",
        "partner": "合作伙伴|合作夥伴|伙伴|夥伴|パートナー|提携先|協力者|socio comercial|colaborador|profesional|"
        "socio profesional|partner commerciale|professionista|collaboratore|zakenpartner|samenwerkingspartner|"
        "zakelijke partner",
        "personal": "朋友|亲友|親友|家人|亲戚|親戚|友人|家族|知人|familiar|amistad|conocido|amico|amica|amici|famiglia|"
        "parente|conoscente|vriend|vriendin|vrienden|familie|kennis|prive",
        "inbound": "网站|網站|网络|網路|主动上门|自己找上门|自來客|广告|廣告|ウェブ|ホームページ|ネット|飛び込み|"
        "直接|検索|広告|"
        "sitio web|página web|publicidad|espontáneo|redes sociales|sito web|sito|pubblicità|spontaneo|"
        "zelf gevonden|spontaan|reclame|zoekmachine|"
        "direct traffic|organic search|paid search|organic social|paid social|email marketing",
    },
)
STATUSES = table(
    {
        "open": "open|pending|in progress|new|contacted|active|ongoing|working|quoted|proposal|"
        "proposal sent|waiting|follow up|in process|"
        "offen|in arbeit|laufend|läuft|angebot|ausstehend|neu|kontaktiert|in bearbeitung|"
        "ouvert|ouverte|en cours|en attente|nouveau|"
        "aberto|aberta|em aberto|em andamento|pendente|novo|em curso|abierto|pendiente|en curso",
        "won": "won|closed won|closed|sale|sold|converted|success|successful|signed|business "
        "done|closed business|deal|"
        "gewonnen|abgeschlossen|erfolg|erfolgreich|verkauft|auftrag|auftrag erhalten|"
        "gagné|gagnée|conclu|conclue|vendu|signé|"
        "affaire conclue|ganho|ganha|fechado|fechada|vendido|concluído|convertido|ganado|"
        "cerrado|yes|ja|oui|sim",
        "lost": "lost|closed lost|declined|dead|rejected|no sale|not interested|no interest|"
        "cancelled|canceled|no business|"
        "verloren|abgelehnt|kein interesse|storniert|abgesagt|kein auftrag|perdu|perdue|"
        "refusé|annulé|sans suite|abandonné|"
        "perdido|perdida|recusado|recusada|cancelado|sem interesse|rechazado",
    },
    {
        "open": "进行中|進行中|跟进中|跟進中|待定|待处理|待處理|新|洽谈中|洽談中|商談中|対応中|未定|保留|継続中|新規|"
        "en proceso|en progreso|nuevo|nueva|en espera|in corso|aperto|aperta|in attesa|nuovo|nuova|in trattativa|"
        "lopend|in behandeling|nieuw|offerte|in afwachting",
        "won": "成交|已成交|赢单|贏單|成功|签约|簽約|已签约|已簽約|成約|受注|契約|成立|"
        "ganada|vendida|cerrada|firmado|éxito|vinto|vinta|chiuso|chiusa|concluso|conclusa|venduto|firmato|"
        "gewonnen|verkocht|gesloten|getekend|geslaagd|afgesloten|sí|si",
        "lost": "未成交|失败|失敗|流失|丢单|丟單|取消|拒绝|拒絕|失注|不成立|見送り|断り|"
        "rechazada|cancelada|sin interés|no interesado|perso|persa|rifiutato|annullato|non interessato|"
        "verloren|afgewezen|geannuleerd|geen interesse|afgezegd|niet doorgegaan",
    },
)
BOOLEANS = table(
    {
        "yes": (
            "yes|y|true|1|x|✓|✔|ja|j|wahr|oui|o|vrai|vraie|sim|s|verdadeiro|si|sí|present|"
            "anwesend|présente|presente|dabei|t|in the room"
        ),
        "no": (
            "no|n|false|0|✗|✘|nein|falsch|non|faux|fausse|não|falso|absent|abwesend|absente|"
            "ausente|f|not present|away|nicht anwesend"
        ),
    },
    {
        "yes": "是|有|对|對|在|在场|在場|はい|あり|有り|同席|○|◯|〇|presente|sì|vero|verdadero|waar|aanwezig|wel",
        "no": "否|无|無|没有|沒有|不在|不在场|不在場|いいえ|なし|無し|欠席|×|ausente|assente|nee|onwaar|afwezig|niet",
    },
)
TIERS = table(
    {
        "1": "1|tier 1|inside|self|tier 1 inside|intern|eigenbedarf|t1|interne",
        "2": "2|tier 2|outside|tier 2 outside|extern|t2|externe",
        "3": "3|tier 3|tier 3+|3+|spin-off|spin off|t3|folge",
    },
    {
        "1": "内部|內部|内|interno|interna|zelf|binnen",
        "2": "外部|外|esterno|esterna|externo|externa|buiten",
    },
)
UNKNOWN = frozenset(
    s
    for word in [
        "unknown",
        "unbekannt",
        "inconnu",
        "desconhecido",
        "desconocido",
        "n/a",
        "na",
        "not known",
        "not recorded",
        "desconocida",
        "sconosciuto",
        "onbekend",
        "未知",
        "不明",
        "不详",
        "不詳",
        "none",
        "tbd",
        "k a",
        "?",
        "-",
    ]
    for s in spellings(word)
)


@dataclass(frozen=True)
class Words:
    """Distinct cells looked up in a table: value per distinct cell (None = not in it), and the words not
    found.
    """

    values: np.ndarray
    strange: tuple[int, ...]


def look_up(column: Column, words: Mapping[str, str]) -> Words:
    """Translate each distinct cell by a table. What stands for "unknown" is empty; any other word is
    strange.
    """
    values = np.full(len(column.cells), None, dtype=object)
    strange = []
    for i, text in enumerate(column.texts):
        key = fold(text)
        # "Tier 1 (inside)": with the brackets, then without
        value = (words.get(fold(_BRACKETS.sub(" ", text))) if _BRACKETS.search(text) else None) or words.get(key)
        if value is None and key and key not in UNKNOWN:
            strange.append(i)
        values[i] = value
    return Words(values, tuple(strange))


def strange_note(header: str, column: Column, strange: tuple[int, ...], meaning: str) -> str:
    """One sentence listing words that no table knows, each with its count and first row; nothing is guessed
    from them.
    """
    counts = column.counts()
    listed = "; ".join(
        f"'{column.texts[i][:60]}' ({counts[i]} {'row' if counts[i] == 1 else 'rows'}, first row {column.first_row(i)})"
        for i in strange[:10]
    )
    more = f"; and {len(strange) - 10} more" if len(strange) > 10 else ""
    return f"'{header}' holds words that are no {meaning}; left empty there: {listed}{more}."
