"""Country names as CRMs hold them -> ISO 3166 alpha-2; a table, because the first two letters of a name are a guess.

Codes and usual names: iso3166.tab of the IANA time zone database (public domain). Other spellings: ISO's formal
names, which Salesforce's own country list uses, and what people type.
"""

import re
import unicodedata

_USUAL = """
AD Andorra | AE United Arab Emirates | AF Afghanistan | AG Antigua & Barbuda | AI Anguilla | AL Albania | AM Armenia
AO Angola | AQ Antarctica | AR Argentina | AS Samoa (American) | AT Austria | AU Australia | AW Aruba
AX Åland Islands | AZ Azerbaijan | BA Bosnia & Herzegovina | BB Barbados | BD Bangladesh | BE Belgium
BF Burkina Faso | BG Bulgaria | BH Bahrain | BI Burundi | BJ Benin | BL St Barthelemy | BM Bermuda | BN Brunei
BO Bolivia | BQ Caribbean NL | BR Brazil | BS Bahamas | BT Bhutan | BV Bouvet Island | BW Botswana | BY Belarus
BZ Belize | CA Canada | CC Cocos (Keeling) Islands | CD Congo (Dem. Rep.) | CF Central African Rep. | CG Congo (Rep.)
CH Switzerland | CI Côte d'Ivoire | CK Cook Islands | CL Chile | CM Cameroon | CN China | CO Colombia | CR Costa Rica
CU Cuba | CV Cape Verde | CW Curaçao | CX Christmas Island | CY Cyprus | CZ Czech Republic | DE Germany | DJ Djibouti
DK Denmark | DM Dominica | DO Dominican Republic | DZ Algeria | EC Ecuador | EE Estonia | EG Egypt | EH Western Sahara
ER Eritrea | ES Spain | ET Ethiopia | FI Finland | FJ Fiji | FK Falkland Islands | FM Micronesia | FO Faroe Islands
FR France | GA Gabon | GB Britain (UK) | GD Grenada | GE Georgia | GF French Guiana | GG Guernsey | GH Ghana
GI Gibraltar | GL Greenland | GM Gambia | GN Guinea | GP Guadeloupe | GQ Equatorial Guinea | GR Greece
GS South Georgia & the South Sandwich Islands | GT Guatemala | GU Guam | GW Guinea-Bissau | GY Guyana | HK Hong Kong
HM Heard Island & McDonald Islands | HN Honduras | HR Croatia | HT Haiti | HU Hungary | ID Indonesia | IE Ireland
IL Israel | IM Isle of Man | IN India | IO British Indian Ocean Territory | IQ Iraq | IR Iran | IS Iceland | IT Italy
JE Jersey | JM Jamaica | JO Jordan | JP Japan | KE Kenya | KG Kyrgyzstan | KH Cambodia | KI Kiribati | KM Comoros
KN St Kitts & Nevis | KP Korea (North) | KR Korea (South) | KW Kuwait | KY Cayman Islands | KZ Kazakhstan | LA Laos
LB Lebanon | LC St Lucia | LI Liechtenstein | LK Sri Lanka | LR Liberia | LS Lesotho | LT Lithuania | LU Luxembourg
LV Latvia | LY Libya | MA Morocco | MC Monaco | MD Moldova | ME Montenegro | MF St Martin (French) | MG Madagascar
MH Marshall Islands | MK North Macedonia | ML Mali | MM Myanmar (Burma) | MN Mongolia | MO Macau
MP Northern Mariana Islands | MQ Martinique | MR Mauritania | MS Montserrat | MT Malta | MU Mauritius | MV Maldives
MW Malawi | MX Mexico | MY Malaysia | MZ Mozambique | NA Namibia | NC New Caledonia | NE Niger | NF Norfolk Island
NG Nigeria | NI Nicaragua | NL Netherlands | NO Norway | NP Nepal | NR Nauru | NU Niue | NZ New Zealand | OM Oman
PA Panama | PE Peru | PF French Polynesia | PG Papua New Guinea | PH Philippines | PK Pakistan | PL Poland
PM St Pierre & Miquelon | PN Pitcairn | PR Puerto Rico | PS Palestine | PT Portugal | PW Palau | PY Paraguay
QA Qatar | RE Réunion | RO Romania | RS Serbia | RU Russia | RW Rwanda | SA Saudi Arabia | SB Solomon Islands
SC Seychelles | SD Sudan | SE Sweden | SG Singapore | SH St Helena | SI Slovenia | SJ Svalbard & Jan Mayen
SK Slovakia | SL Sierra Leone | SM San Marino | SN Senegal | SO Somalia | SR Suriname | SS South Sudan
ST Sao Tome & Principe | SV El Salvador | SX St Maarten (Dutch) | SY Syria | SZ Eswatini (Swaziland)
TC Turks & Caicos Is | TD Chad | TF French S. Terr. | TG Togo | TH Thailand | TJ Tajikistan | TK Tokelau
TL East Timor | TM Turkmenistan | TN Tunisia | TO Tonga | TR Turkey | TT Trinidad & Tobago | TV Tuvalu | TW Taiwan
TZ Tanzania | UA Ukraine | UG Uganda | UM US minor outlying islands | US United States | UY Uruguay | UZ Uzbekistan
VA Vatican City | VC St Vincent | VE Venezuela | VG Virgin Islands (UK) | VI Virgin Islands (US) | VN Vietnam
VU Vanuatu | WF Wallis & Futuna | WS Samoa (western) | YE Yemen | YT Mayotte | ZA South Africa | ZM Zambia
ZW Zimbabwe
"""

_OTHER = """
US United States of America | US USA | US U.S. | US America | GB United Kingdom | GB Great Britain | GB England
GB Scotland | GB Wales | GB Northern Ireland | GB UK
GB United Kingdom of Great Britain and Northern Ireland | KR Korea | KR South Korea | KR Republic of Korea
KR Korea, Republic of | KP North Korea | KP Korea, Democratic People's Republic of | RU Russian Federation
VN Viet Nam | IR Iran, Islamic Republic of | SY Syrian Arab Republic | TZ Tanzania, United Republic of
BO Bolivia, Plurinational State of | VE Venezuela, Bolivarian Republic of | MD Moldova, Republic of
MK Macedonia | MK Macedonia, the former Yugoslav Republic of | LA Lao People's Democratic Republic
BN Brunei Darussalam | CD Congo, the Democratic Republic of the | CD Democratic Republic of the Congo
CG Congo | CG Republic of the Congo | CI Cote d'Ivoire | CI Ivory Coast | CV Cabo Verde | CZ Czechia
TR Türkiye | TR Turkiye | TW Taiwan, Province of China | HK Hong Kong SAR | MO Macao | MO Macau SAR
PS Palestinian Territory | PS Palestine, State of | SZ Swaziland | MM Burma | NL Holland | NL The Netherlands
AE UAE | PH Philippines | PH Philipines | TL East Timor | VA Vatican | VA Holy See (Vatican City State)
WS Samoa | AS American Samoa | VI U.S. Virgin Islands | VG British Virgin Islands | MF Saint Martin | FM Micronesia
FM Micronesia, Federated States of | FK Falkland Islands (Malvinas) | RE Reunion | CW Curacao | BL Saint Barthelemy
AX Aland Islands | KN Saint Kitts and Nevis | LC Saint Lucia | VC Saint Vincent and the Grenadines
DE Deutschland | ES España | BR Brasil | IT Italia | CH Schweiz | CH Suisse | AT Österreich | BE België | JP Nippon
DE DEU | FR FRA | GB GBR | CA CAN | AU AUS | IN IND | JP JPN | KR KOR | BR BRA | ES ESP | IT ITA | NL NLD | SE SWE
CH CHE | IE IRL | SG SGP | MX MEX | CN CHN | MM Myanmar | SH Saint Helena | CF Central African Republic
SX Sint Maarten | TC Turks and Caicos Islands | SZ Eswatini | MK Republic of North Macedonia | XK Kosovo
"""

_NOTHING = frozenset({"n/a", "n.a."})  # not Namibia
_NOISE = re.compile(r"[^a-z0-9]+")


def country_code(text: str | None) -> str | None:
    """The code a country's name, code or usual misspelling stands for; None when it stands for none we know."""
    if not text or text.strip().casefold() in _NOTHING:
        return None
    return _CODES.get(_plain(text))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    words = _NOISE.sub(" ", "".join(char for char in letters if not unicodedata.combining(char))).split()
    return "".join(word for word in words if word != "the")


def _entries(table: str) -> dict[str, str]:
    pairs = (entry.strip().split(" ", 1) for entry in re.split(r"[|\n]", table) if entry.strip())
    return {_plain(name): code for code, name in pairs}


def _codes() -> dict[str, str]:
    named = _entries(_USUAL)
    return named | {code.lower(): code for code in named.values()} | _entries(_OTHER)


_CODES = _codes()
