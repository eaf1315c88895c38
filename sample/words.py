"""How people head their columns and write their words, by language. The first spelling is the commonest."""

from __future__ import annotations

REFERRAL_HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "ref": ("Ref", "No.", "ID"),
        "given_on": ("Date", "Date given", "Referral date"),
        "source": ("Referred by", "From", "Source"),
        "receiver": ("Receiver", "To", "Given to"),
        "source_kind": ("Source type", "Type of source"),
        "group": ("Chapter", "Group"),
        "prospect": ("Prospect", "Lead"),
        "receiver_present": ("Present?", "Receiver present"),
        "asked": ("Asked?", "Asked"),
        "via": ("Via",),
        "status": ("Status", "Outcome"),
        "closed_on": ("Closed on", "Date closed"),
        "amount": ("Amount", "Value"),
        "currency": ("Currency",),
    },
    "de": {
        "ref": ("Nr.", "ID"),
        "given_on": ("Datum", "Empfehlungsdatum"),
        "source": ("Empfohlen von", "Von", "Quelle"),
        "receiver": ("Empfänger", "An"),
        "source_kind": ("Art der Quelle", "Quellentyp"),
        "group": ("Gruppe", "Chapter"),
        "prospect": ("Interessent", "Kontakt"),
        "receiver_present": ("Anwesend?", "Empfänger anwesend"),
        "asked": ("Gefragt?", "Gebeten?"),
        "via": ("Über", "Via"),
        "status": ("Status", "Ergebnis"),
        "closed_on": ("Abgeschlossen am", "Abschlussdatum"),
        "amount": ("Betrag", "Umsatz", "Wert"),
        "currency": ("Währung",),
    },
    "fr": {
        "ref": ("N°", "Réf."),
        "given_on": ("Date", "Date de la recommandation"),
        "source": ("Recommandé par", "De", "Source"),
        "receiver": ("Destinataire", "À", "Bénéficiaire"),
        "source_kind": ("Type de source",),
        "group": ("Groupe",),
        "prospect": ("Prospect",),
        "receiver_present": ("Présent ?", "Présent"),
        "asked": ("Demandé ?", "Demandé"),
        "via": ("Via",),
        "status": ("Statut", "Résultat"),
        "closed_on": ("Clôturé le", "Date de clôture"),
        "amount": ("Montant", "Valeur"),
        "currency": ("Devise",),
    },
    "pt": {
        "ref": ("Número", "ID"),
        "given_on": ("Data", "Data da indicação"),
        "source": ("Indicado por", "De", "Origem"),
        "receiver": ("Destinatário", "Para"),
        "source_kind": ("Tipo de origem", "Tipo de fonte"),
        "group": ("Grupo",),
        "prospect": ("Prospecto", "Potencial cliente"),
        "receiver_present": ("Presente?", "Presente"),
        "asked": ("Pedido?", "Solicitado?"),
        "via": ("Via",),
        "status": ("Estado", "Situação", "Resultado"),
        "closed_on": ("Fechado em", "Data de fecho"),
        "amount": ("Valor", "Montante"),
        "currency": ("Moeda",),
    },
}
MEMBER_HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "name": ("Name", "Member"),
        "profession": ("Profession", "Occupation"),
        "group": ("Chapter", "Group"),
        "joined_on": ("Joined", "Member since", "Joined on"),
        "left_on": ("Left", "Left on"),
    },
    "de": {
        "name": ("Name", "Mitglied"),
        "profession": ("Beruf", "Branche"),
        "group": ("Gruppe", "Chapter"),
        "joined_on": ("Eintritt", "Mitglied seit", "Beigetreten am"),
        "left_on": ("Austritt", "Ausgetreten am"),
    },
    "fr": {
        "name": ("Nom", "Membre"),
        "profession": ("Profession", "Métier"),
        "group": ("Groupe",),
        "joined_on": ("Entrée", "Membre depuis"),
        "left_on": ("Sortie", "Départ"),
    },
    "pt": {
        "name": ("Nome", "Membro"),
        "profession": ("Profissão",),
        "group": ("Grupo",),
        "joined_on": ("Entrada", "Membro desde"),
        "left_on": ("Saída",),
    },
}
KINDS = {
    "en": {"member": "Member", "customer": "Customer", "partner": "Partner", "personal": "Personal"},
    "de": {"member": "Mitglied", "customer": "Kunde", "partner": "Partner", "personal": "Privat"},
    "fr": {"member": "Membre", "customer": "Client", "partner": "Partenaire", "personal": "Personnel"},
    "pt": {"member": "Membro", "customer": "Cliente", "partner": "Parceiro", "personal": "Pessoal"},
}
STATUS = {
    "en": {"open": "Open", "won": "Won", "lost": "Lost"},
    "de": {"open": "Offen", "won": "Gewonnen", "lost": "Verloren"},
    "fr": {"open": "En cours", "won": "Gagné", "lost": "Perdu"},
    "pt": {"open": "Aberto", "won": "Ganho", "lost": "Perdido"},
}
YES_NO = {"en": ("Yes", "No"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non"), "pt": ("Sim", "Não")}
FILE_NAMES = {
    "en": ("referrals", "members"),
    "de": ("empfehlungen", "mitglieder"),
    "fr": ("recommandations", "membres"),
    "pt": ("indicações", "membros"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
