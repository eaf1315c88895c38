"""Header words of Chinese, Japanese, Spanish, Italian and Dutch, by column of ours; `|` stands between words."""

LOG_MORE = {
    "given_on": "日期|推荐日期|推薦日期|引荐日期|引薦日期|介绍日期|介紹日期|日付|紹介日|紹介日付|リファーラル日|"
    "fecha de recomendación|fecha de la recomendación|fecha de referencia|fecha del referido|dado el|entregado el|"
    "data referenza|data della referenza|data segnalazione|data della segnalazione|giorno|"
    "datum referral|datum doorverwijzing|datum introductie|doorverwezen op|gegeven op|wanneer",
    "source": "推荐人|推薦人|引荐人|引薦人|介绍人|介紹人|提供者|给予者|給予者|来源|來源|从|從|"
    "紹介者|紹介元|提供元|から|"
    "recomendado por|quien refiere|quién refirió|quien recomendó|recomendador|entregado por|origen|"
    "segnalato da|referenza da|segnalatore|segnalante|presentato da|mittente|chi ha segnalato|chi segnala|"
    "gegeven door|doorverwezen door|verwezen door|aanbevolen door|doorverwijzer|verwijzer|gever|bron|"
    "geïntroduceerd door|afkomstig van|wie gaf",
    "receiver": "接收人|接受人|接收者|接受者|接收方|受益人|收到者|至|给|給|受領者|受取人|受け手|紹介先|宛先|"
    "quien recibe|quién recibe|recibido por|a quién|beneficiario|"
    "ricevente|ricevuto da|chi riceve|a chi|per|"
    "naar|ontvanger|ontvangen door|doorverwezen naar|voor wie|voor",
    "source_kind": "来源类型|來源類型|来源类别|來源類別|推荐人类型|推薦人類型|关系|關係|"
    "紹介者区分|紹介者の種類|紹介元区分|"
    "tipo de origen|tipo de referente|categoría de la fuente|relación con la fuente|"
    "tipo di fonte|tipo fonte|relazione|rapporto|categoria della fonte|tipo di segnalatore|"
    "soort bron|type bron|bronsoort|brontype|soort relatie|categorie bron",
    "group": "分会|分會|组别|組別|小组|小組|チャプター|グループ|gruppo|capitolo|groep",
    "prospect": "客户|客戶|潜在客户|潛在客戶|客户名称|客戶名稱|客户姓名|客戶姓名|引荐对象|引薦對象|"
    "見込み客|見込客|お客様|顧客|顧客名|お客様名|"
    "nombre del prospecto|persona referida|contacto referido|cliente potencial|"
    "potenziale cliente|cliente potenziale|nome cliente|nome del cliente|persona segnalata|"
    "klant|klantnaam|naam klant|naam van de klant|potentiële klant|doorverwezen persoon",
    "receiver_present": "在场|在場|是否在场|是否在場|接收人在场|接收人在場|同席|在席|同席あり|"
    "receptor presente|en la sala|en persona|"
    "era presente|ricevente presente|in sala|presenza|di persona|"
    "aanwezig|ontvanger aanwezig|was aanwezig|erbij|was erbij|in de zaal|in de ruimte|aanwezigheid",
    "asked": "是否要求|主动要求|主動要求|是否主动要求|是否主動要求|依頼|依頼あり|お願いした|"
    "preguntado|a petición|se pidió|lo pidió|"
    "richiesto|richiesta|su richiesta|chiesto|ha chiesto|"
    "gevraagd|om gevraagd|op verzoek|nagevraagd|zelf gevraagd",
    "via": "经由|經由|経由|tramite|attraverso|afkomstig uit",
    "ref": "n.º|n. º|núm|编号|編號|序号|序號|番号|管理番号|numero|volgnummer|kenmerk",
    "tier": "层级|層級|nivel|livello",
    "heat": "热度|熱度|温度|calore|warmte|temperatuur",
    "status": "状态|狀態|结果|結果|进度|進度|ステータス|状況|進捗|"
    "estatus|etapa|situación|stato|esito|risultato|stato della referenza|"
    "resultaat|uitkomst|stand van zaken",
    "closed_on": "成交日期|成交日|结案日期|結案日期|签约日期|簽約日期|成約日|受注日|契約日|クローズ日|"
    "fecha de venta|cerrada el|vendido el|"
    "data chiusura|data di chiusura|chiuso il|chiusa il|data vendita|data di vendita|concluso il|"
    "gesloten op|afgesloten op|sluitdatum|afsluitdatum|datum afgesloten|datum gesloten|getekend op|verkocht op",
    "amount": "金额|金額|成交金额|成交金額|营业额|營業額|成約金額|売上|売上金額|受注金額|"
    "ingresos|facturación|cantidad|importo|valore|fatturato|ricavo|ammontare|incasso|prezzo|"
    "bedrag|waarde|omzet|prijs|orderwaarde|opdrachtwaarde",
    "currency": "币种|幣種|货币|貨幣|币别|幣別|通貨|valuta|munt",
}
LOG_WEAK_MORE = {
    "given_on": "创建日期|建立日期|作成日|creado el|fecha de creación|creato il|data creazione|aangemaakt op",
    "receiver": "负责人|負責人|担当者|responsable|asignado a|responsabile|assegnato a|toegewezen aan|eigenaar",
    "prospect": "联系人|聯絡人|公司|会社名|案件名|empresa|azienda|contatto|bedrijf|contactpersoon|naam",
}
MEMBER_MORE = {
    "name": "姓名|会员|會員|会员姓名|會員姓名|成员|成員|氏名|名前|会員名|メンバー|メンバー名|"
    "nombre y apellidos|nombre del miembro|nome e cognome|nome membro|socio|naam|lid|naam lid|volledige naam",
    "first_name": "名|nombres|primo nome|voornaam",
    "last_name": "姓|primer apellido|cognome|achternaam",
    "profession": "行业|行業|职业|職業|专业别|專業別|产业|產業|業種|職種|専門分野|カテゴリー|"
    "especialidad|rubro|oficio|giro|professione|specializzazione|settore|attività|"
    "beroep|vak|vakgebied|bedrijfstak|specialisatie",
    "group": "分会|分會|组别|組別|小组|小組|チャプター|グループ|gruppo|capitolo|groep",
    "joined_on": "入会日期|入會日期|加入日期|入会日|入會日|加入日|fecha de alta|alta|"
    "data iscrizione|data di iscrizione|iscritto dal|iscritto il|membro dal|data ingresso|data di adesione|adesione|"
    "lid sinds|lid vanaf|toegetreden|toegetreden op|datum toetreding|ingangsdatum|aangesloten op",
    "left_on": "退会日期|退會日期|离开日期|離開日期|退出日期|退会日|脱会日|fecha de baja|baja|"
    "data uscita|data di uscita|uscita|uscito il|fine iscrizione|membro fino al|"
    "lid tot|uitgetreden|uitgetreden op|datum uittreding|vertrokken op|opgezegd op",
}
MEMBER_WEAK_MORE = {
    "joined_on": "dal|inizio|data inizio|startdatum|begindatum|sinds|vanaf",
    "left_on": "al|fino al|fine|data fine|einddatum|tot",
    "profession": "categoría|branche",
}
