"""Recognising: their headers in four languages become our columns; what fits twice, not at all or both ways
is asked.
"""

import datetime as dt

import pandas as pd
import pytest
import xlwt
from file_builders import draft, drafts, write_csv, write_xlsx

from data.draft import MEMBER_COLUMNS, REFERRAL_COLUMNS, Answers, Question
from data.layouts.headers import LOG_STRONG, LOG_WEAK, MEMBER_STRONG
from errors import FileRefusedError, UsageError

HEAD = "Date,Referred by,Receiver,Prospect,Source type,Present?,Asked?,Status,Closed on,Amount,Currency\n"
ROW = "2026-03-04,Ada Larch,Ben Maple,Zoe Pine,Customer,yes,no,Won,2026-04-01,1234.50,EUR\n"


def record(found, row=0, table="referrals"):
    """One staging row without its empty cells, days as ISO text."""
    values = found.frames[table].iloc[row].to_dict()
    return {k: v.date().isoformat() if isinstance(v, pd.Timestamp) else v for k, v in values.items() if not pd.isna(v)}


EXPECTED = {
    "row_no": 2,
    "given_on": "2026-03-04",
    "source": "Ada Larch",
    "receiver": "Ben Maple",
    "prospect": "Zoe Pine",
    "source_kind": "customer",
    "receiver_present": True,
    "asked": False,
    "status": "won",
    "closed_on": "2026-04-01",
    "amount": "1234.50",
    "currency": "EUR",
}


@pytest.mark.parametrize(
    ("headers", "values"),
    [
        (HEAD, ROW),
        (
            "date;from;to;lead;source kind;in the room?;asked?;outcome;closed date;value;currency",
            "2026-03-04;Ada Larch;Ben Maple;Zoe Pine;client;x;0;sale;2026-04-01;1,234.50;EUR",
        ),
        (
            "DATUM;VON;AN;KUNDE;ART DER QUELLE;ANWESEND?;GEFRAGT?;ERGEBNIS;ABGESCHLOSSEN AM;BETRAG;WÄHRUNG",
            "4. März 2026;Ada Larch;Ben Maple;Zoe Pine;Kunde;ja;nein;gewonnen;1. April 2026;1.234,50;EUR",
        ),
        (
            (
                "Empfohlen von;Empfänger;Datum;Interessent;Beziehung;Empfänger anwesend;Auf "
                "Nachfrage;Status;Abschluss am;Umsatz (EUR)"
            ),
            "Ada Larch;Ben Maple;2026-03-04;Zoe Pine;Bestandskunde;ja;nein;verkauft;2026-04-01;1.234,50",
        ),
        (
            (
                "Date;De la part de;À;Nom du client;Type de source;Présent ?;Demandé "
                "?;Statut;Date de clôture;Montant;Devise"
            ),
            "4 mars 2026;Ada Larch;Ben Maple;Zoe Pine;client;oui;non;gagné;1er avril 2026;1 234,50;EUR",
        ),
        (
            (
                "Data;Indicado por;Para;Nome do cliente;Tipo de "
                "fonte;Presente?;Pedido?;Situação;Data de fechamento;Valor em €;Moeda"
            ),
            ("4 de março de 2026;Ada Larch;Ben Maple;Zoe Pine;cliente;sim;não;ganho;1 de abril de 2026;1.234,50;EUR"),
        ),
        (
            "Montant €;Statut;Conclu le;Donneur;Destinataire;Donné le;Prospect;Relation;Présence;Sollicité",
            "1 234,50;conclu;2026-04-01;Ada Larch;Ben Maple;2026-03-04;Zoe Pine;client;oui;non",
        ),
        (
            "日期;推荐人;接收人;客户;来源类型;是否在场;是否要求;状态;成交日期;金额;币种",
            "2026年3月4日;Ada Larch;Ben Maple;Zoe Pine;客户;是;否;已成交;2026年4月1日;1,234.50;EUR",
        ),
        (
            "日期;推薦人;接收人;客戶;類型;在場;主動要求;結果;成交日;金額;幣別",
            "2026/3/4;Ada Larch;Ben Maple;Zoe Pine;客戶;有;無;成交;2026/4/1;1234.50;EUR",
        ),
        (
            "紹介日;紹介者;紹介先;見込み客;紹介者区分;同席;依頼;ステータス;成約日;成約金額;通貨",
            "2026年3月4日;Ada Larch;Ben Maple;Zoe Pine;既存顧客;はい;いいえ;成約;2026年4月1日(水);1,234.50;EUR",
        ),
        (
            "Fecha;Recomendado por;Quién recibe;Cliente potencial;Tipo de fuente;¿Presente?;¿Solicitado?;Resultado;"
            "Fecha de cierre;Importe;Moneda",
            "4 de marzo de 2026;Ada Larch;Ben Maple;Zoe Pine;cliente actual;sí;no;ganada;1 abril 2026;1.234,50;EUR",
        ),
        (
            "Data;Segnalato da;A;Potenziale cliente;Tipo di fonte;Era presente?;Su richiesta?;Esito;Data di chiusura;"
            "Importo;Valuta",
            "4 marzo 2026;Ada Larch;Ben Maple;Zoe Pine;cliente;sì;no;vinto;1 aprile 2026;1.234,50;EUR",
        ),
        (
            "Datum;Gegeven door;Ontvanger;Naam klant;Soort bron;Was aanwezig?;Op verzoek?;Resultaat;Afgesloten op;"
            "Bedrag;Munt",
            "wo 4 maart 2026;Ada Larch;Ben Maple;Zoe Pine;bestaande klant;ja;nee;gewonnen;1 april 2026;1.234,50;EUR",
        ),
    ],
)
def test_one_referral_in_any_order_case_and_language(tmp_path, headers, values):
    found = draft(tmp_path, f"{headers.strip()}\n{values.strip()}\n")
    assert (found.layout, found.questions, found.rejects, record(found)) == ("referral_log", [], [], EXPECTED)
    assert {c: str(t) for c, t in found.frames["referrals"].dtypes.items()} == REFERRAL_COLUMNS


def test_a_date_cell_and_a_number_cell_need_no_question(tmp_path):
    rows = [
        ["Date", "From", "To", "Status", "Amount (EUR)"],
        [dt.date(2026, 3, 4), "Ada", "Ben", "won", 1.234],
        [dt.date(2026, 5, 6), "Ada", "Ben", "open", None],
    ]
    (found,) = drafts(write_xlsx(tmp_path / "x.xlsx", {"Log": rows}))
    assert found.questions == []
    assert record(found) == {
        "row_no": 2,
        "given_on": "2026-03-04",
        "source": "Ada",
        "receiver": "Ben",
        "status": "won",
        "amount": "1.23",
        "currency": "EUR",
    }
    assert found.notes == [
        "1 distinct amount with more than two decimals rounded to two, halves to even (first: 1.234, row 2)."
    ]


@pytest.mark.parametrize(
    ("container", "system", "number"), [("xlsx", 1900, 46085), ("xlsx", 1904, 44623), ("xls", 1900, 46085)]
)
def test_a_bare_number_in_a_date_column_counts_from_the_workbooks_own_day_one(tmp_path, container, system, number):
    rows = [["Date", "From", "To"], [number, "Ada", "Ben"], [number + 1.5, "Ada", "Ben"]]
    path = tmp_path / f"x.{container}"
    if container == "xlsx":
        write_xlsx(path, {"Log": rows}, date_1904=system == 1904)
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("Log")
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                sheet.write(i, j, value)
        book.save(str(path))
    (found,) = drafts(path)
    assert [record(found, row)["given_on"] for row in (0, 1)] == ["2026-03-04", "2026-03-05"]
    said = f"2 values of 'Date' are bare numbers, read as a spreadsheet's day numbers ({system} system)."
    assert found.notes == [said]


def test_a_workbook_gives_a_draft_per_sheet_that_is_known(tmp_path):
    book = write_xlsx(
        tmp_path / "x.xlsx",
        {
            "Notes": [["Some words"]],
            "Log": [["Referrals 2026"], [], ["Date", "From", "To"], [dt.date(2026, 3, 4), "Ada", "Ben"]],
            "Members": [
                ["Name", "Profession", "Group", "Joined", "Left"],
                ["Ada", "Lawyer", "North", dt.date(2020, 1, 1), dt.date(2021, 1, 1)],
                ["Ada", "Lawyer", "North", dt.date(2023, 1, 1), None],
            ],
        },
    )
    log, members = drafts(book)
    assert (log.layout, log.sheet, record(log)["row_no"]) == ("referral_log", "Log", 4)
    assert log.notes == ["Sheet 'Notes' holds no table that is known, and was left out."]
    assert (members.layout, members.sheet) == ("member_list", "Members")
    assert record(members, 1, "members") == {
        "row_no": 3,
        "name": "Ada",
        "profession": "Lawyer",
        "group": "North",
        "joined_on": "2023-01-01",
    }
    assert {c: str(t) for c, t in members.frames["members"].dtypes.items()} == MEMBER_COLUMNS


@pytest.mark.parametrize(
    ("headers", "values"),
    [
        ("Name,Profession,Group,Joined,Left", "Ada Larch,Lawyer,North,2020-01-01,2021-02-03"),
        (
            "First name,Last name,Classification,Chapter,Member since,End",
            "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03",
        ),
        ("Vorname,Nachname,Beruf,Gruppe,Eintritt,Austritt", "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03"),
        (
            "Prénom,Nom,Métier,Groupe,Date d'adhésion,Date de départ",
            "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03",
        ),
        ("Nome,Sobrenome,Profissão,Grupo,Membro desde,Saída", "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03"),
        ("Mitglied,Fachgebiet,Chapter,Seit,Bis", "Ada Larch,Lawyer,North,2020-01-01,2021-02-03"),
        ("姓名,行业,分会,入会日期,退会日期", "Ada Larch,Lawyer,North,2020年1月1日,2021年2月3日"),
        ("氏名,業種,チャプター,入会日,退会日", "Ada Larch,Lawyer,North,2020年1月1日,2021年2月3日"),
        ("Nombre,Profesión,Grupo,Fecha de alta,Fecha de baja", "Ada Larch,Lawyer,North,2020-01-01,2021-02-03"),
        ("Nombre,Apellidos,Oficio,Grupo,Ingreso,Salida", "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03"),
        ("Nome,Cognome,Professione,Gruppo,Data di iscrizione,Uscita", "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03"),
        ("Voornaam,Achternaam,Beroep,Groep,Lid sinds,Lid tot", "Ada,Larch,Lawyer,North,2020-01-01,2021-02-03"),
        ("From,To,Name,Group,Profession", "2020-01-01,2021-02-03,Ada Larch,North,Lawyer"),
    ],
)
def test_one_member_in_any_order_and_language(tmp_path, headers, values):
    found = draft(tmp_path, f"{headers}\n{values}\n")
    assert (found.layout, found.questions, found.rejects) == ("member_list", [], [])
    assert record(found, 0, "members") == {
        "row_no": 2,
        "name": "Ada Larch",
        "profession": "Lawyer",
        "group": "North",
        "joined_on": "2020-01-01",
        "left_on": "2021-02-03",
    }


def test_a_member_who_is_still_there_has_no_last_day(tmp_path):
    found = draft(
        tmp_path,
        "Name,Joined,Left\nAda,2020-01-01,present\nBen,2020-01-01,-\nEve,2021-01-01,2020-01-01\n,2020-01-01,\n",
    )
    assert found.frames["members"]["left_on"].isna().all()
    assert [(r.row_no, r.reason) for r in found.rejects] == [
        (4, "the member would have left before joining"),
        (5, "the row names nobody"),
    ]


# The sentences: each case is a text and what is asked or refused.
def test_an_undecidable_date_order_is_asked_and_answered(tmp_path):
    text = "Date,From,To\n04/03/2026,Ada,Ben\n"
    found = draft(tmp_path, text)
    assert found.questions == [
        Question(
            "date_order",
            ("Every date in 'Date' fits more than one order. Is 04/03/2026 (row 2) 4 March 2026 or 3 April 2026?"),
            ("dmy", "mdy"),
            "--date-order dmy",
            "log.csv",
        )
    ]
    assert found.rejects == []
    assert record(draft(tmp_path, text, Answers(date_order="mdy")))["given_on"] == "2026-04-03"
    assert record(draft(tmp_path, text, settings={"date_order": "dmy"}))["given_on"] == "2026-03-04"


def test_a_missing_currency_is_asked_answered_and_remembered(tmp_path):
    text = "Date,From,To,Amount\n2026-03-04,Ada,Ben,100\n2026-03-05,Ada,Ben,£50\n2026-03-05,Ada,Ben,\n"
    (question,) = draft(tmp_path, text).questions
    assert (question.id, question.text, question.flag) == (
        "currency",
        "In which currency are the amounts of 'Amount' (row 2: 100)?",
        "--currency EUR",
    )
    for found in (
        draft(tmp_path, text, Answers(currency="eur")),
        draft(tmp_path, text, settings={"currency": "EUR"}),
    ):
        assert found.frames["referrals"]["currency"].tolist() == ["EUR", "GBP", None]


def test_a_dollar_is_asked_which(tmp_path):
    text = "Date,From,To,Amount\n2026-03-04,Ada,Ben,$100\n"
    (question,) = draft(tmp_path, text).questions
    assert (question.id, question.choices[:3]) == ("currency", ("USD", "CAD", "AUD"))
    assert record(draft(tmp_path, text, Answers(currency="CAD")))["currency"] == "CAD"
    assert draft(tmp_path, text, Answers(currency="EUR")).rejects[0].reason == "'$100' is in $, which is not EUR"


def test_a_log_without_amounts_needs_no_currency(tmp_path):
    assert draft(tmp_path, "Date,From,To,Amount\n2026-03-04,Ada,Ben,\n").questions == []


def test_an_undecidable_decimal_mark_is_asked(tmp_path):
    text = "Date,From,To,Amount EUR\n2026-03-04,Ada,Ben,1.234\n"
    (question,) = draft(tmp_path, text).questions
    assert (question.id, question.choices) == ("decimal", (",", "."))
    assert record(draft(tmp_path, text, Answers(decimal=",")))["amount"] == "1234.00"


@pytest.mark.parametrize(
    ("text", "name", "target", "answers"),
    [
        (
            "Referrer,Receiver,Lead\nAda,Ben,Zoe\n",
            "mapping",
            "given_on",
            Answers(period="2026-01-01:2026-03-31"),
        ),
        (
            "Date,Referred by,Lead\n2026-03-04,Ada,Zoe\n",
            "receiver",
            "receiver",
            Answers(receiver="Ben Maple"),
        ),
        (
            "Date,To,Tip from\n2026-03-04,Ben,Ada\n",
            "mapping",
            "source",
            Answers(mapping={"Tip from": "source"}),
        ),
        (
            "Date,To,Tip from\n2026-03-04,Ben,Ada\n",
            "mapping",
            "source",
            Answers(mapping={"(none)": "source"}),
        ),
    ],
)
def test_a_missing_column_is_asked_naming_what_was_found(tmp_path, text, name, target, answers):
    (question,) = draft(tmp_path, text).questions
    headers = text.partition("\n")[0].replace(",", ", ")
    assert (question.id, question.target, f"(found: {headers})" in question.text) == (name, target, True)
    answered = draft(tmp_path, text, answers)
    assert (answered.questions, len(answered.frames["referrals"])) == ([], 1)


def test_one_persons_own_log_takes_its_owner(tmp_path):
    found = draft(tmp_path, "Date,Referrer,Client\n2026-03-04,Ada,Zoe\n", Answers(receiver=" Ben  Maple "))
    assert record(found) == {
        "row_no": 2,
        "given_on": "2026-03-04",
        "source": "Ada",
        "receiver": "Ben Maple",
        "prospect": "Zoe",
    }


def test_a_header_that_means_two_things_is_asked(tmp_path):
    text = "Date,Referee,To\n2026-03-04,Ada,Ben\n"
    question = draft(tmp_path, text).questions[0]
    assert (question.id, question.header, question.choices) == ("mapping", "Referee", ("source", "prospect"))
    found = draft(tmp_path, text, Answers(mapping={"referee": "source"}))
    assert (found.questions, record(found)["source"]) == ([], "Ada")


@pytest.mark.parametrize(
    ("period", "given", "first", "last"),
    [
        ("2026-03-04", "2026-03-04", None, None),
        ("2026-03-01:2026-03-31", None, "2026-03-01", "2026-03-31"),
    ],
)
def test_a_day_named_for_the_file_is_the_day_of_its_rows_and_a_period_stays_a_period(
    tmp_path, period, given, first, last
):
    found = draft(tmp_path, "From,To\nAda,Ben\n", Answers(period=period))
    row = record(found)
    assert (found.questions, row.get("given_on"), row.get("period_from"), row.get("period_to")) == (
        [],
        given,
        first,
        last,
    )


def test_a_day_to_come_is_no_answer(tmp_path):
    (question,) = draft(tmp_path, "From,To\nAda,Ben\n", Answers(period="2027-03-04")).questions
    assert question.text.startswith("2027-03-04 is still to come. No column says when a referral was given")


def test_a_column_called_referrals_is_asked(tmp_path):
    (question,) = draft(tmp_path, "Date,Referrals,From,To\n2026-03-04,Zoe,Ada,Ben\n").questions
    assert (question.id, question.header, question.choices) == ("mapping", "Referrals", ("prospect",))


def test_what_web_statistics_call_a_source_is_nobodys_name(tmp_path):
    found = draft(tmp_path, "Date,Source,To\n2026-03-04,Ada,Ben\n2026-03-05,Referrals,Ben\n2026-03-06,Eve,Ben\n")
    assert [None if pd.isna(v) else v for v in found.frames["referrals"]["source"]] == ["Ada", None, "Eve"]
    assert found.notes == [
        "'Source' holds words of web statistics and CRMs that name no person; the giver was left empty there: "
        "'Referrals' (1)."
    ]
    kinds = draft(tmp_path, "Date,Source,To\n2026-03-04,Organic Search,Ben\n2026-03-05,Referrals,Ben\n")
    assert kinds.mapping["Source"] == "source_kind"
    assert [None if pd.isna(v) else v for v in kinds.frames["referrals"]["source_kind"]] == ["inbound", None]


@pytest.mark.parametrize("header", ["N.º", "Nº", "N°", "No.", "#", "Nr.", "編號", "番号", "Volgnummer"])
def test_the_number_of_a_row_is_its_id(tmp_path, header):
    found = draft(tmp_path, f"{header},Date,From,To\n7,2026-03-04,Ada,Ben\n8,2026-03-04,Ada,Ben\n")
    assert found.mapping[header] == "ref"
    assert found.frames["referrals"]["ref"].tolist() == ["7", "8"]


def test_a_family_name_stands_first_and_without_a_space_where_it_does(tmp_path):
    found = draft(tmp_path, "名,姓,行业,入会日期\n小明,王,律师,2020年1月1日\nAda,Larch,Lawyer,2020年1月1日\n")
    assert found.frames["members"]["name"].tolist() == ["王小明", "Ada Larch"]


def test_a_remembered_group_is_used_and_said_unless_the_file_names_one(tmp_path):
    text = "Date,From,To\n2026-03-04,Ada,Ben\n"
    found = draft(tmp_path, text, settings={"group": "North"})
    assert (found.answers.group, found.notes) == (
        "North",
        ["The file does not name its group; taken as North, as this workspace remembers."],
    )
    assert draft(tmp_path, text, Answers(group="South"), {"group": "North"}).answers.group == "South"
    named = draft(tmp_path, "Date,From,To,Group\n2026-03-04,Ada,Ben,East\n", settings={"group": "North"})
    assert (named.answers.group, named.notes) == (None, [])


def test_a_remembered_decimal_mark_is_used_only_where_nothing_else_tells_and_said(tmp_path):
    text = "Date;From;To;Amount EUR\n2026-03-04;Ada;Ben;1.234\n"
    found = draft(tmp_path, text, settings={"decimal": ","})
    assert (record(found)["amount"], found.notes) == (
        "1234.00",
        ["The amounts in 'Amount EUR' do not prove their decimal mark; read with ',', as this workspace remembers."],
    )
    proved = draft(tmp_path, text + "2026-03-04;Ada;Ben;12.50\n", settings={"decimal": ","})
    assert (proved.frames["referrals"]["amount"].tolist(), proved.notes) == (["1.23", "12.50"], proved.notes)
    assert not [note for note in proved.notes if "remembers" in note]


def test_a_sign_of_another_currency_is_asked_although_one_is_remembered(tmp_path):
    text = "Date,From,To,Amount\n2026-03-04,Ada,Ben,$5\n"
    found = draft(tmp_path, text, settings={"currency": "EUR"})
    assert ([q.id for q in found.questions], found.rejects) == (["currency"], [])
    assert [r.reason for r in draft(tmp_path, text, Answers(currency="EUR")).rejects] == [
        "'$5' is in $, which is not EUR"
    ]
    said = draft(tmp_path, text, settings={"currency": "USD"})
    assert (record(said)["currency"], said.notes) == ("USD", ["'$' is read as USD, as this workspace remembers."])


def test_a_sign_in_the_currency_column_is_asked_once(tmp_path):
    text = "Date,From,To,Amount,Currency\n2026-03-04,Ada,Ben,5,$\n2026-03-04,Ada,Ben,6,$\n2026-03-04,Ada,Ben,7,shells\n"
    found = draft(tmp_path, text)
    assert [q.text for q in found.questions] == ["Which currency is '$' in 'Currency' (row 2: $)?"]
    assert [(r.row_no, r.reason) for r in found.rejects] == [(4, "'shells' is not one currency")]
    assert draft(tmp_path, text, Answers(currency="CAD")).frames["referrals"]["currency"].tolist() == ["CAD", "CAD"]


def test_two_columns_of_one_meaning_are_asked(tmp_path):
    text = "Date,Source,Referred by,To\n2026-03-04,Eve,Ada,Ben\n"
    (question,) = draft(tmp_path, text).questions
    assert (
        question.text == "'Source' and 'Referred by' both read as source. Which one is it? The other is then left out."
    )
    assert question.choices == ("Source", "Referred by")
    assert record(draft(tmp_path, text, Answers(mapping={"Referred by": "source"})))["source"] == "Ada"


def test_a_repeated_header_is_asked_unless_one_is_empty(tmp_path):
    (question,) = draft(tmp_path, "Date,Date,From,To\n2026-03-04,2026-03-05,Ada,Ben\n").questions
    assert question.choices == ("Date", "Date (2)")
    assert draft(tmp_path, "Date,Date,From,To\n2026-03-04,,Ada,Ben\n").questions == []


def test_what_the_values_say_tells_a_type_from_a_tier(tmp_path):
    assert draft(tmp_path, "Date,From,To,Type\n2026-03-04,Ada,Ben,Customer\n").mapping["Type"] == "source_kind"
    assert draft(tmp_path, "Date,From,To,Type\n2026-03-04,Ada,Ben,Tier 2 (outside)\n").frames["referrals"][
        "tier"
    ].tolist() == [2]
    assert (
        draft(tmp_path, "Date,Referred by,To,Source\n2026-03-04,Ada,Ben,Partner\n").mapping["Source"] == "source_kind"
    )
    assert draft(tmp_path, "Date,From,To,Closed\n2026-03-04,Ada,Ben,2026-04-01\n").mapping["Closed"] == "closed_on"
    assert draft(tmp_path, "Date,From,To,Closed\n2026-03-04,Ada,Ben,yes\n").frames["referrals"]["status"].tolist() == [
        "won"
    ]


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("2026-03-04,A,B,Z,,,,,,-5,EUR", "Amount", "-5", "a referral cannot be worth less than nothing: -5"),
        (
            "2026-03-04,A,B,Z,,,,,,(1,200),EUR",
            "Amount",
            "(1,200)",
            "a referral cannot be worth less than nothing: (1,200)",
        ),
        ("2026-03-04,A,B,Z,,,,,,about 5k,EUR", "Amount", "about 5k", "'about 5k' is not an amount"),
        ("2026-02-30,A,B,Z,,,,,,,", "Date", "2026-02-30", "'2026-02-30' is not a date that can be read"),
        (
            "2026-11-23,A,B,Z,,,,,,,",
            "Date",
            "2026-11-23",
            "the date is in the future: a referral cannot have been given yet",
        ),
        (",A,B,Z,,,,,,,", None, None, "there is no date in 'Date'"),
        (
            "2026-03-04,,-,Z,,,,,,,",
            None,
            None,
            "the row names neither who gave the referral nor who received it",
        ),
        ("2026-03-04,A,B,Z,,,,,soon,,", "Closed on", "soon", "'soon' is not a date that can be read"),
    ],
)
def test_a_bad_row_is_kept_aside_with_its_reason_and_the_good_one_loads(tmp_path, row, column, value, reason):
    row = row.replace("(1,200)", '"(1,200)"')
    found = draft(tmp_path, HEAD + ROW + row + "\n")
    (reject,) = found.rejects
    assert (reject.row_no, reject.value, reject.reason, reject.raw) == (3, value, reason, row)
    assert reject.column in (column, "Date")
    assert (found.rows_read, record(found)) == (2, EXPECTED)


def test_closed_before_given_loads_and_is_named(tmp_path):
    found = draft(tmp_path, HEAD + "2026-03-04,A,B,Z,,,,won,2026-01-01,,\n2026-03-04,A,B,Z,,,,won,2027-01-01,,\n")
    assert (len(found.frames["referrals"]), found.rejects) == (2, [])
    assert found.notes == [
        "Closed before it was given: row 2. Loaded, but left out of times and rates of closing.",
        "Closed on a day that is still to come: row 3. Loaded; not counted as closed before that day.",
    ]


def test_an_unknown_word_is_left_empty_and_listed(tmp_path):
    found = draft(tmp_path, HEAD + "2026-03-04,A,B,Z,Golf buddy,perhaps,no,won,,,\n")
    assert {k: v for k, v in record(found).items() if k in ("source_kind", "receiver_present", "asked")} == {
        "asked": False
    }
    assert found.notes == [
        (
            "'Source type' holds words that are no kind of source that is known; left empty "
            "there: 'Golf buddy' (1 row, first row 2)."
        ),
        "'Present?' holds words that are no yes or no; left empty there: 'perhaps' (1 row, first row 2).",
    ]


def test_ids_that_repeat_are_no_ids(tmp_path):
    assert draft(tmp_path, "No,Date,From,To\n1,2026-03-04,A,B\n2,2026-03-04,A,B\n").frames["referrals"][
        "ref"
    ].tolist() == ["1", "2"]
    found = draft(tmp_path, "No,Date,From,To\n1,2026-03-04,A,B\n1,2026-03-04,A,B\n")
    assert (found.frames["referrals"]["ref"].tolist(), found.notes) == (
        [None, None],
        ["'No' repeats values, so it is not used as the rows' identity."],
    )


def test_identical_rows_are_all_kept_and_a_repeated_header_is_not_a_row(tmp_path):
    found = draft(tmp_path, "Date,From,To\n2026-03-04,A,B\n2026-03-04,A,B\nDate,From,To\n2026-03-05,A,B\n\n,,\n")
    assert (found.frames["referrals"]["row_no"].tolist(), found.rows_read) == ([2, 3, 5], 3)
    assert found.notes == ["The header is repeated in row 4; skipped."]


def test_a_footer_is_left_out_and_said(tmp_path):
    found = draft(
        tmp_path,
        "Date,From,To,Amount EUR\n2026-03-04,A,B,5\n2026-03-05,A,B,6\n2026-03-06,A,B,7\nTotal,,,18\n",
    )
    assert len(found.frames["referrals"]) == 3
    assert found.notes == ["1 row under the table was left out (row 5: 'Total')."]


def test_a_header_without_rows_loads_nothing(tmp_path):
    found = draft(tmp_path, HEAD)
    assert (found.rows_read, len(found.frames["referrals"]), found.questions) == (0, 0, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Fruit,Colour\napple,red\n",
            "No table of referrals or members was found in log.csv. It starts with: Fruit, Colour.",
        ),
        (
            "just a line of prose\n",
            "No table of referrals or members was found in log.csv. It starts with: just a line of prose.",
        ),
    ],
)
def test_a_table_of_something_else_is_refused(tmp_path, text, sentence):
    with pytest.raises(FileRefusedError) as caught:
        draft(tmp_path, text)
    assert caught.value.message == sentence


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (Answers(layout="palmsy"), "There is no layout 'palmsy'."),
        (Answers(mapping={"Date": "day"}), "'Date' cannot be mapped to 'day': there is no such column."),
        (Answers(date_order="ydm"), "There is no date order 'ydm'."),
        (Answers(period="March"), "'March' is not a period."),
    ],
)
def test_an_answer_that_names_nothing_is_a_usage_error(tmp_path, answers, sentence):
    with pytest.raises(UsageError) as caught:
        draft(tmp_path, HEAD + ROW, answers)
    assert caught.value.message == sentence


def test_answers_travel_as_json():
    said = Answers(date_order="dmy", mapping={"Referee": "source"})
    assert Answers.from_json(said.to_json()) == said
    assert said.merged(Answers(currency="EUR", mapping={"Who": "receiver"})) == Answers(
        date_order="dmy", currency="EUR", mapping={"Referee": "source", "Who": "receiver"}
    )
    with pytest.raises(UsageError):
        Answers.from_json({"dateorder": "dmy"})


def test_no_header_word_claims_two_columns_of_ours():
    assert not {w for w in LOG_STRONG if w in LOG_WEAK and LOG_STRONG[w] == LOG_WEAK[w]}
    assert set(LOG_STRONG.values()) == {
        "given_on",
        "source",
        "receiver",
        "source_kind",
        "group",
        "prospect",
        "receiver_present",
        "asked",
        "via",
        "ref",
        "tier",
        "heat",
        "status",
        "closed_on",
        "amount",
        "currency",
    }
    assert {"name", "first_name", "last_name", "profession", "group", "joined_on", "left_on"} == set(
        MEMBER_STRONG.values()
    )


def test_formulas_and_naughty_strings_come_through_as_text(tmp_path):
    strings = [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "'; DROP TABLE x;--",
        "ﬀ ligature",
        "𝕋𝕙𝕖",
        "مرحبا",
        "a\u202eb",
        "NaN",
        "null",
        "1/2",
        "<b>x</b>",
    ]
    rows = [["Date", "From", "To", "Prospect"], *[["2026-03-04", "Ada", "Ben", text] for text in strings]]
    (found,) = drafts(write_csv(tmp_path / "x.csv", rows))
    assert found.frames["referrals"]["prospect"].tolist() == strings


def test_a_sentence_for_a_header_is_understood_and_said(tmp_path):
    found = draft(
        tmp_path, "Referral #,Date,Who gave it,To,Was the receiver present?,Notes\n1,2026-03-04,Ada,Ben,yes,fine\n"
    )
    assert record(found) == {
        "row_no": 2,
        "ref": "1",
        "given_on": "2026-03-04",
        "source": "Ada",
        "receiver": "Ben",
        "receiver_present": True,
    }
    assert found.notes == [
        "'Was the receiver present?' was taken as receiver_present.",
        "This column was left out: 'Notes'.",
    ]
