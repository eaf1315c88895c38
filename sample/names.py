"""Invented people, firms and professions. Nobody here exists; any likeness is chance.

Every name of a world differs from every other after case folding and collapsing of blanks, because that is
how the store tells people apart: two real people of one name are a question for the user, not for a sample.
"""

from __future__ import annotations

import numpy as np


def _words(text: str, by: str = " ") -> list[str]:
    return text.split(by)


WESTERN_GIVEN = _words(
    "Ada Agnès Aisling Alma Amélie Anders Anneke António Arvid Beatriz Bjørn Bram Brigitte Carla "
    "Caspar Cécile Chiara Ciarán Conor Dagmar Daphne Diego Dieter Dolores Dorota Edda Eilidh Elif "
    "Elke Emeka Émile Esra Esther Fatma Félix Fintan Floriane Françoise Frieda Gaëlle Georg Giulia "
    "Graça Greta Gunnar Hamza Hannelore Heike Helena Henrik Ikram Ilse Imogen Inês Ingrid Ishaan "
    "Jana Jean-Luc Jelle Joana João Jörg Josefa Jürgen Kaja Karim Käthe Kerstin Kofi Lars Leïla "
    "Léonie Liam Lieselotte Lotte Lucía Ludovic Maarten Magda Maëlle Malik Margarida Marisol Mateus "
    "Maud Mehmet Mireille Moritz Nadia Niamh Nils Noémie Nuno Odile Oisín Olivia Otto Paloma Pascal "
    "Paulina Petra Philippa Quentin Rafael Ragnhild Renata Rik Rosalind Rui Saoirse Sébastien Selma "
    "Siobhán Sofia Søren Stéphane Sunniva Tariq Thérèse Thijs Tomás Torsten Ulrike Úna Valérie Vasco "
    "Viktor Wanda Wilhelmina Xavier Yasmin Yves Zélie Zoë"
)
WESTERN_FAMILY = _words(
    "Abernethy|Achterberg|Adeyemi|Albrecht|Almeida|Amsel|Araújo|Ashdown|Aubert|Bachmann|Baranger|"
    "Barros|Bäumler|Bell-Irving|Bergström|Birkeland|Bláha|Boisvert|Brandão|Brennan|Brøgger|Buchholz|"
    "Cabral|Cahill|Carvalho|Castellanos|Chevalier|Conceição|Coppens|D'Arcy|D'Onofrio|da Costa|"
    "Dąbrowska|de Graaf|de la Cruz|Delacroix|Demir|Deschamps|Doyle|du Plessis|Duarte|Eberhardt|"
    "Eikeland|Ekwueme|Engström|Esposito|Falkenrath|Ferreira|Fitzgerald|Fonseca|Fournier|Frøland|"
    "Gallagher|García|Gauthier|Girard|Gonçalves|Groß|Guerreiro|Gutiérrez|Hallström|Hartigan|Hauser|"
    "Heinrichs|Hernández|Hoogland|Ibáñez|Jäger|Janssens|Johansen|Kavanagh|Kaya|Kettlewell|Kirchner|"
    "Kjellberg|Köhler|Kowalczyk|Krüger|Lachance|Lavigne|Leclerc|Lindqvist|Löwe|MacLeod|Magalhães|"
    "Marchetti|Marlowe|McAllister|Mendonça|Mertens|Meßner|Moreau|Mulcahy|Nakache|Neumann|Nogueira|"
    "Nørgaard|Nuñez|O'Brien|O'Shaughnessy|Öberg|Okafor|Olufsen|Oosterhuis|Özdemir|Pacheco|Péguy|"
    "Pelletier|Pérez|Pfeiffer|Quesada|Rasmussen|Renard|Ribeiro|Rousseau|Sá Pinto|Salvatore|Schäfer|"
    "Schütz|Seidel|Sørensen|St. Clair|Strand|Tavares|Thibault|Thorvaldsen|Ungerer|van den Berg|"
    "van Dijk|Vandenberghe|Vasconcelos|Verhoeven|Villeneuve|von Arnim|Wachsmuth|Wallace|Whitcombe|"
    "Winterbourne|Yildirim|Zamora|Zeller|Zimmermann",
    "|",
)
# Written whole and without blanks, as such names are: a family name first, then the given name.
EASTERN_FAMILY = _words("王 李 張 陳 佐藤 高橋 渡辺 小林 김 박 이 최 黃 林 吳 田中")
EASTERN_GIVEN = _words("美玲 志明 雅婷 文雄 由美子 健太 さくら 直樹 민준 서연 지우 하은 家豪 淑芬 翔太 麻衣")

FIRM_HEADS = _words(
    "Alder|Amber|Anchor|Atelier Sud|Baltic|Basalt|Beacon|Birch|Blue Door|Boréal|Bridge|Brisa|Cedar|"
    "Clairière|Cobalt|Copper|Corail|Crescent|Dovetail|Dune|Eichen|Ember|Estrela|Falcon|Fjord|Flint|"
    "Garonne|Granit|Grove|Harbour|Hazel|Heron|Horizonte|Indigo|Iris|Ivory|Juniper|Kiln|Lagoa|Lantern|"
    "Larch|Lindenhof|Lumière|Maple|Marais|Meridian|Mühlen|Nordlicht|Northgate|Oak|Olive|Orchard|"
    "Pebble|Pinheiro|Quarry|Quay|Rhein|River|Rosewood|Saffron|Saint-Malo|Schön|Seaward|Sequoia|Silva|"
    "Slate|Sommer|Spruce|Sterling|Tern|Thistle|Tide|Upland|Vale|Vieux Port|Westend|Willow",
    "|",
)
FIRM_TAILS = _words(
    "& Sons|Accountants|Architects|Assurances|Bakery|Bau GmbH|Boats|Brewing|Café|Catering|Clinic|"
    "Coaching|Consulting|Dental|Design|Elektro|Energy|Engineering|Estates|Events|Fitness|Flowers|"
    "Foods|Freight|Garage|Gardens|Glazing|Haustechnik|Homes|Hotel|Immobilien|Insurance|Interiors|IT|"
    "Joinery|Kitchens|Labs|Law|Legal|Logistics|Ltd|Lda|Marketing|Media|Moving|Optik|Pharmacy|Photo|"
    "Plumbing|Printing|Roofing|SA|SARL|Security|Software|Solar|Studio|Tax|Travel|Translations|"
    "Veterinary|Web|Wine|Yoga",
    "|",
)
PROFESSIONS = _words(
    "Accountant|Architect|Bookkeeper|Builder|Business coach|Caterer|Chiropractor|Cleaning services|"
    "Commercial insurance|Conveyancing solicitor|Dentist|Electrician|Employment law|Estate agent|"
    "Event planner|Financial adviser|Florist|Garden design|Graphic design|Heating engineer|"
    "HR consultant|Interior design|IT support|Joiner|Kitchen fitter|Letting agent|Life insurance|"
    "Mortgage broker|Notary|Office supplies|Optician|Osteopath|Painter and decorator|Payroll|"
    "Personal trainer|Photographer|Physiotherapist|Plumber|Print and signs|Recruitment|Removals|"
    "Roofer|Security systems|Social media|Solar energy|Surveyor|Tax adviser|Translation|Travel agent|"
    "Vehicle leasing|Veterinary surgeon|Video production|Web design|Wills and probate",
    "|",
)
CITIES = _words(
    "Harbour|Lindenhof|Vieux Port|Ribeira|Northgate|Elbufer|Saint-Malo|Estrela|Quayside|Bergstraße|"
    "Garonne|Alfama|Meadow|Sternwarte|Clairière|Boavista|Foundry|Kastanie|Belvédère|Mirante",
    "|",
)


def _cross(first: list[str], second: list[str], glue: str = " ") -> list[str]:
    return [f"{a}{glue}{b}" for a in first for b in second]


def _draw(pool: list[str], n: int, rng: np.random.Generator) -> list[str]:
    """n different entries of the pool; a pool that runs out is reused with a middle initial."""
    out: list[str] = []
    for round_no in range(-(-n // len(pool)) if n else 0):
        order = rng.permutation(len(pool))[: n - len(out)]
        if round_no == 0:
            out += [pool[i] for i in order]
        else:
            head = [pool[i].partition(" ") for i in order]
            out += [f"{a} {_initials(round_no)} {b}".rstrip() for a, _, b in head]
    return out


def _initials(k: int) -> str:
    """1 → 'A.', 26 → 'Z.', 27 → 'A.A.': never the same twice."""
    letters = ""
    while k > 0:
        k, r = divmod(k - 1, 26)
        letters = f"{chr(65 + r)}." + letters
    return letters


_PEOPLE = _cross(WESTERN_GIVEN, WESTERN_FAMILY)
_EASTERN = _cross(EASTERN_FAMILY, EASTERN_GIVEN, "")
_FIRMS = _cross(FIRM_HEADS, FIRM_TAILS)
_CP1252 = [n for n in _PEOPLE if n.encode("cp1252", "ignore").decode("cp1252") == n]


def people(n: int, rng: np.random.Generator, script: str = "world") -> list[str]:
    """n different personal names. script: 'world' mixes in about 4 % CJK names, 'western' fits in cp1252."""
    if script == "western":
        return _draw(_CP1252, n, rng)
    eastern = rng.random(n) < 0.04
    eastern &= np.cumsum(eastern) <= len(_EASTERN)
    k = int(eastern.sum())
    out = np.empty(n, dtype=object)
    out[~eastern] = _draw(_PEOPLE, n - k, rng)
    out[eastern] = _draw(_EASTERN, k, rng)
    return list(out)


def firms(n: int, rng: np.random.Generator) -> list[str]:
    """n different names of firms."""
    return _draw(_FIRMS, n, rng)


def professions(n: int, rng: np.random.Generator) -> list[str]:
    """One seat a profession, as long as there are more professions than people."""
    order = rng.permutation(n)
    return [PROFESSIONS[i % len(PROFESSIONS)] for i in order]


def chapters(n: int) -> list[str]:
    """n different names of chapters, the first of them 'Harbour Chapter'."""
    rounds = [CITIES[k % len(CITIES)] + (f" {k // len(CITIES) + 1}" if k >= len(CITIES) else "") for k in range(n)]
    return [f"{name} Chapter" for name in rounds]
