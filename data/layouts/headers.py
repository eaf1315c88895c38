"""The words under which people head their columns: English, German, French and Portuguese here, more languages in
headers_more.py.

Strong words name a column by themselves. Weak words do so only where no strong word claims the same column of ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.clean import spellings
from data.layouts.headers_more import LOG_MORE, LOG_WEAK_MORE, MEMBER_MORE, MEMBER_WEAK_MORE


def words_of(*tables: Mapping[str, str]) -> dict[str, str]:
    """{column: "word|word"} → {folded word: column}; the first table that claims a word has it."""
    found: dict[str, str] = {}
    for target, text in (entry for table in tables for entry in table.items()):
        for word in " ".join(text.split()).split("|"):
            for spelling in spellings(word):
                found.setdefault(spelling, target)
    return found


LOG_STRONG = words_of(
    {
        "given_on": "referral given on|referral given|date received by member|given on|given_on|date|referral "
        "date|date of referral|date given|referred on|"
        "date referred|date of the referral|when|"
        "datum|empfehlungsdatum|datum der empfehlung|gegeben am|empfohlen am|tag|date de recommandation|"
        "date de la recommandation|donné le|donnée le|recommandé le|data|data da "
        "indicação|data da recomendação|"
        "data indicação|dia|indicado em|fecha|fecha de la referencia",
        "source": "person referring|referring person|referral maker|referred from|referral given by|giver of "
        "referral|who gave it|name of referrer|name des empfehlers|von wem|par qui|de qui|por quem|"
        "de quem|referente|source|from|referred by|referrer|referrer name|giver|given by|referral "
        "source|"
        "referral from|source name|by|"
        "referring member|referral giver|introduced by|introducer|recommended by|sender|"
        "passed by|who referred|"
        "von|empfohlen von|empfehlungsgeber|empfehler|geber|quelle|gegeben von|"
        "vermittelt von|vermittler|tippgeber|"
        "empfehlender|empfehlung von|de|de la part de|recommandé par|recommandée par|"
        "donneur|donné par|prescripteur|"
        "apporteur|apporteur d'affaires|émetteur|référent|adressé par|indicado por|indicador|origem|fonte|"
        "recomendado por|quem indicou|doador|dado por|referido por|fuente|remitente|de parte de|van|da",
        "receiver": "referral receiver|receiver of referral|recipient name|member receiving|receiving business|"
        "who received|referral received by|name des empfängers|à qui|para quem|a quem|receiver|to|"
        "recipient|receiving member|given to|referred to|referral to|passed "
        "to|received by|for|receiver name|"
        "an|empfänger|empfangen von|empfohlen an|für|an wen|empfehlungsnehmer|"
        "empfehlungsempfänger|gegeben an|erhalten von|"
        "à|pour|destinataire|receveur|bénéficiaire|donné à|reçu par|adressé à|para|"
        "recebedor|destinatário|receptor|"
        "beneficiário|quem recebeu|recebido por|indicado para|aan",
        "source_kind": "source kind of|kind of giver|type of giver|type of referrer|referrer kind|referrer "
        "category|referrer relationship|who is the source|customer or partner|source class|source "
        "group|quelle typ|kunde oder partner|nature du donneur|client ou partenaire|tipo de "
        "indicador|cliente ou parceiro|source type|type of source|source kind|source_kind|kind of "
        "source|relationship|"
        "relationship to source|"
        "source category|referrer type|giver type|source relationship|quellentyp|"
        "quellenart|art der quelle|typ der quelle|"
        "kategorie der quelle|beziehung|beziehung zur quelle|geberart|type de source|catégorie de source|"
        "nature de la source|relation|type de prescripteur|tipo de fonte|tipo da fonte|tipo de origem|"
        "relação|relacionamento|categoria da fonte|tipo de fuente|relación",
        "group": "group|chapter|group name|chapter name|gruppe|unternehmerteam|chapter-name|"
        "kapitel|gruppenname|groupe|chapitre|"
        "nom du groupe|grupo|capítulo|nome do grupo|equipe|club",
        "prospect": "prospective client|prospective customer|potential client|potential customer|client "
        "prospect|customer prospect|person introduced|introduced to|buyer|lead contact|"
        "potenzieller kunde|potentieller kunde|client potentiel|cliente potencial|prospect|lead|"
        "prospect name|lead name|client|client name|customer name|referred "
        "person|person referred|"
        "referral name|name of referral|name of prospect|referred client|contact name|"
        "new client|prospect lead|"
        "interessent|kunde|kundenname|empfohlene person|empfohlener|name des kunden|"
        "neukunde|name des interessenten|"
        "nom du client|nom du prospect|personne recommandée|prospect client|cliente|nome do cliente|prospeto|"
        "nome do prospect|pessoa indicada|nome do indicado|potencial cliente|prospecto|nombre del cliente",
        "receiver_present": "presence|receiver here|receiver in room|recipient present|recipient in the room|member "
        "present|you present|i was present|was i present|was i there|was i in the room|were you "
        "present|were you there|there in person|given in person|ich war dabei|war ich dabei|"
        "persönlich dabei|étais-je présent|j'étais présent|eu estava presente|present|receiver "
        "present|receiver_present|in the room|in room|was present|"
        "receiver in the room|"
        "receiver was present|receiver there|in person|present in the room|anwesend|empfänger anwesend|dabei|"
        "war anwesend|im raum|war dabei|empfänger dabei|anwesenheit|présent|receveur présent|"
        "destinataire présent|présence|dans la salle|en présence|presente|recebedor presente|na sala|"
        "estava presente|presença|destinatário presente|presencia|presencial",
        "asked": "ask|receiver asked|did i ask|i asked|was i asking|receiver had asked|had asked|on request|"
        "upon request|by asking|requested by receiver|habe ich gefragt|ich habe gefragt|auf "
        "anfrage|auf bitte|ai-je demandé|j'ai demandé|eu pedi|asked|asked for|on asking|was asked|"
        "requested|prompted|did you ask|asked for it|"
        "gefragt|erfragt|angefragt|"
        "nachgefragt|auf nachfrage|gebeten|wurde gefragt|danach gefragt|demandé|demandée|"
        "sollicité|sollicitée|sur demande|"
        "pedido|pedida|perguntado|solicitado|solicitada|foi pedido|foi pedida|a pedido|pediu",
        "via": "via referral|came from referral|came out of|grew out of|stems from|follow-on from|follow "
        "on of|earlier ref|via ref|previous referral|vorherige empfehlung|aus der empfehlung|"
        "recommandation précédente|indicação anterior|via|came through|through|spin-off of|spin "
        "off from|earlier referral|parent|"
        "parent referral|chain|came via|"
        "über|kam über|durch|aus empfehlung|über empfehlung|folgeempfehlung von|entstanden aus|par|"
        "par l'intermédiaire de|issu de|issue de|suite à|venu par|através de|por meio de|"
        "veio de|veio por|a través de",
        "ref": "referral number|referral ref|ref number|row id|entry|entry no|line|nr.|empfehlungsnr|"
        "empfehlungsnummer|no de recommandation|número da indicação|referral #|ref #|ref|id|no|nr|number|#|referral "
        "id|reference|ref no|slip no|slip number|referral "
        "no|record id|lfd nr|laufende nummer|"
        "nummer|kennung|numéro|num|référence|número|código|referência",
        "tier": "tier|level|inside outside|stufe|niveau|nível|intern extern",
        "heat": (
            "heat|temperature|hot warm cold|wärme|temperatur|température|chaleur|temperatura|"
            "rating|bewertung|likelihood"
        ),
        "status": "current status|referral status|deal status|lead status|won or lost|referral outcome|final "
        "outcome|aktueller stand|stand der dinge|suite donnée|estado atual|status|outcome|result|"
        "stage|state|won lost|won|ergebnis|stand|abschluss|"
        "gewonnen|statut|résultat|état|issue|gagné|"
        "estado|situação|resultado|ganho|desfecho",
        "closed_on": "close|day closed|date of close|date of sale|sale date|date sold|sold on|decision date|"
        "date of decision|outcome date|date of outcome|settled on|entscheidung am|verkauft am|"
        "datum der entscheidung|signé le|vendu le|date de conclusion|date de vente|vendido em|data "
        "da venda|data do fechamento|data de encerramento|decidido em|closed on|closed_on|closed "
        "date|date closed|close date|closing date|closed at|"
        "won on|date won|decided on|"
        "date of closing|abgeschlossen am|abschlussdatum|abschluss am|geschlossen am|"
        "datum abschluss|datum des abschlusses|"
        "clôturé le|date de clôture|conclu le|conclue le|fermé le|date de signature|clos le|fechado em|"
        "data de fechamento|data do fecho|fechamento|data de fecho|concluído em|"
        "encerrado em|data de conclusão|"
        "cerrado el|fecha de cierre",
        "amount": "amount closed|amount won|closed amount|won amount|sale value|sales value|contract value|"
        "business closed|order amount|invoice amount|turnover|income|money|abschlusswert|"
        "abschlusssumme|auftragsvolumen|umsatz netto|erlös|montant conclu|montant de l'affaire|"
        "montant signé|valor do negócio|valor fechado|valor da venda|amount|value|deal value|"
        "revenue|closed business|tyfcb|thank you for closed "
        "business|worth|price|fee|sales|"
        "total value|order value|business value|betrag|wert|umsatz|summe|auftragswert|volumen|auftragssumme|"
        "montant|valeur|chiffre d'affaires|ca|somme|prix|valor|montante|quantia|receita|"
        "faturamento|faturação|importe|monto",
        "currency": "currency|ccy|currency code|währung|währungscode|devise|monnaie|moeda|divisa|moneda",
    },
    LOG_MORE,
)
LOG_WEAK = words_of(
    {
        "given_on": "created|created on|created date|date created|received on|date received|"
        "timestamp|meeting date|erstellt am|"
        "erfasst am|créé le|reçu le|criado em|recebido em|given",
        "receiver": "assigned to|owner|receiving|nehmer|zugewiesen an|attribué à|responsável",
        "prospect": "name|nom|nome|referral|empfehlung|recommandation|indicação|company|firma|"
        "entreprise|empresa|contact|kontakt|"
        "contato|contacto|customer|who|referred|lead company|indicado|referido|ansprechpartner",
    },
    LOG_WEAK_MORE,
)
MEMBER_STRONG = words_of(
    {
        "name": "name|member|member name|full name|mitglied|mitgliedsname|name des mitglieds|nom "
        "complet|membre|nom et prénom|"
        "nom du membre|nome|membro|nome completo|nome do membro|miembro|nombre completo|nom",
        "first_name": (
            "first name|first|forename|given name|first_name|vorname|prénom|primeiro nome|nome próprio|nombre"
        ),
        "last_name": "last name|surname|family name|last|last_name|nachname|familienname|nom de "
        "famille|sobrenome|apelido|"
        "último nome|apellido|apellidos",
        "profession": "field|line of business|business type|tätigkeit|berufsbezeichnung|domaine|área|profession|"
        "classification|occupation|industry|seat|trade|speciality|specialty|"
        "beruf|branche|fachgebiet|gewerbe|"
        "métier|activité|secteur|profissão|ramo|especialidade|atividade|classificação|"
        "profesión|business category",
        "group": "group|chapter|group name|chapter name|gruppe|unternehmerteam|chapter-name|"
        "kapitel|gruppenname|groupe|chapitre|"
        "nom du groupe|grupo|capítulo|nome do grupo|equipe|club",
        "joined_on": "start of membership|membership start|member from|joining date|joined group|mitgliedschaft "
        "seit|mitglied ab|beginn der mitgliedschaft|début d'adhésion|arrivée|date d'arrivée|início "
        "da associação|data de início|joined|joined on|joined_on|join date|date joined|member "
        "since|date of joining|"
        "eintritt|eingetreten|"
        "eingetreten am|eintrittsdatum|beitritt|beigetreten am|beitrittsdatum|mitglied "
        "seit|adhésion|date d'adhésion|"
        "entrée|date d'entrée|membre depuis|entré le|adhéré le|entrada|data de entrada|adesão|data de adesão|"
        "membro desde|ingresso|data de ingresso|entrou em|ingreso|fecha de ingreso|miembro desde",
        "left_on": "end of membership|membership end|member until|leaving|left group|quit|quit on|mitglied "
        "bis|ende der mitgliedschaft|fin d'adhésion|quitté le|fim da associação|data de fim|left|"
        "left on|left_on|leave date|date left|leaving date|resigned on|exit|exit "
        "date|austritt|ausgetreten|"
        "ausgetreten am|austrittsdatum|ausgeschieden am|ausgeschieden|sortie|date de "
        "sortie|départ|date de départ|"
        "parti le|sorti le|saída|data de saída|desligamento|saiu em|salida|fecha de salida",
    },
    MEMBER_MORE,
)
MEMBER_WEAK = words_of(
    {
        "joined_on": ("start|start date|since|from|beginn|von|seit|début|depuis|du|de|início|desde|inicio|entry date"),
        "left_on": "end|end date|until|to|ended|bis|ende|fin|jusqu'à|au|fim|até|hasta|a",
        "profession": "category|business|kategorie|catégorie|categoria|company",
    },
    MEMBER_WEAK_MORE,
)
# Headers that mean one thing in one system and another elsewhere: never taken without asking.
AMBIGUOUS = {
    s: choices
    for words, choices in (
        ("referee|referees", ("source", "prospect")),
        ("referrals", ("source", "prospect")),  # in HubSpot a web site that linked to one's own
        ("member|mitglied|membre|membro|miembro|lid|会员|會員|メンバー", ("receiver", "source")),
    )
    for word in words.split("|")
    for s in spellings(word)
}
# Headers whose values tell: a "Type" of customers and partners is the source's kind, one of insides is a
# tier.
_CLOSED = "closed|abgeschlossen|conclu|fechado|clôturé|cerrado|chiuso|afgesloten|gesloten|成交|成約|クローズ"
CLOSED = frozenset(s for word in _CLOSED.split("|") for s in spellings(word))  # a day, or a yes and no
SNIFFED = CLOSED | frozenset(
    s
    for word in [
        "type",
        "kind",
        "category",
        "art",
        "typ",
        "kategorie",
        "catégorie",
        "tipo",
        "categoria",
        "source",
        "quelle",
        "fonte",
        "fuente",
        "origem",
        "origen",
        "origine",
        "relation",
        "referral type",
        "slip type",
        "empfehlungsart",
        "soort",
        "bron",
        "来源",
        "來源",
        "类型",
        "類型",
        "種類",
        "区分",
    ]
    for s in spellings(word)
)
KNOWN = frozenset([*LOG_STRONG, *LOG_WEAK, *MEMBER_STRONG, *MEMBER_WEAK, *AMBIGUOUS, *SNIFFED])

# Words that a header may hold without meaning anything else: "Was the receiver present?" is "receiver present".
_EMPTY_WORDS = (
    "the of was is were did do you your it at that time been has der die das des dem den war "
    "ist hat wurde du la le les l d "
    "est ete o os as da do dos das foi de name field column"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())


def loose(key: str, strong: Mapping[str, str]) -> str | None:
    """The column of ours that a header means when empty words and the order of words are left aside, if it is one."""
    words = frozenset(key.split()) - _EMPTY
    found = {target for known, target in strong.items() if words and frozenset(known.split()) - _EMPTY == words}
    return found.pop() if len(found) == 1 else None
