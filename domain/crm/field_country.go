package crm

import (
	"maps"
	"slices"
	"strings"
)

// countryList holds the countries of ISO 3166-1 with their English names.
const countryList = `AD=Andorra; AE=United Arab Emirates; AF=Afghanistan; AG=Antigua & Barbuda; AI=Anguilla; AL=Albania; AM=Armenia;
AO=Angola; AQ=Antarctica; AR=Argentina; AS=American Samoa; AT=Austria; AU=Australia; AW=Aruba; AX=Åland Islands;
AZ=Azerbaijan; BA=Bosnia & Herzegovina; BB=Barbados; BD=Bangladesh; BE=Belgium; BF=Burkina Faso; BG=Bulgaria;
BH=Bahrain; BI=Burundi; BJ=Benin; BL=St. Barthélemy; BM=Bermuda; BN=Brunei; BO=Bolivia; BQ=Caribbean Netherlands;
BR=Brazil; BS=Bahamas; BT=Bhutan; BV=Bouvet Island; BW=Botswana; BY=Belarus; BZ=Belize; CA=Canada;
CC=Cocos (Keeling) Islands; CD=DR Congo; CF=Central African Republic; CG=Congo; CH=Switzerland; CI=Côte d'Ivoire;
CK=Cook Islands; CL=Chile; CM=Cameroon; CN=China; CO=Colombia; CR=Costa Rica; CU=Cuba; CV=Cape Verde; CW=Curaçao;
CX=Christmas Island; CY=Cyprus; CZ=Czechia; DE=Germany; DJ=Djibouti; DK=Denmark; DM=Dominica; DO=Dominican Republic;
DZ=Algeria; EC=Ecuador; EE=Estonia; EG=Egypt; EH=Western Sahara; ER=Eritrea; ES=Spain; ET=Ethiopia; FI=Finland;
FJ=Fiji; FK=Falkland Islands; FM=Micronesia; FO=Faroe Islands; FR=France; GA=Gabon; GB=United Kingdom; GD=Grenada;
GE=Georgia; GF=French Guiana; GG=Guernsey; GH=Ghana; GI=Gibraltar; GL=Greenland; GM=Gambia; GN=Guinea; GP=Guadeloupe;
GQ=Equatorial Guinea; GR=Greece; GS=South Georgia & South Sandwich Islands; GT=Guatemala; GU=Guam; GW=Guinea-Bissau;
GY=Guyana; HK=Hong Kong; HM=Heard & McDonald Islands; HN=Honduras; HR=Croatia; HT=Haiti; HU=Hungary; ID=Indonesia;
IE=Ireland; IL=Israel; IM=Isle of Man; IN=India; IO=British Indian Ocean Territory; IQ=Iraq; IR=Iran; IS=Iceland;
IT=Italy; JE=Jersey; JM=Jamaica; JO=Jordan; JP=Japan; KE=Kenya; KG=Kyrgyzstan; KH=Cambodia; KI=Kiribati; KM=Comoros;
KN=St. Kitts & Nevis; KP=North Korea; KR=South Korea; KW=Kuwait; KY=Cayman Islands; KZ=Kazakhstan; LA=Laos;
LB=Lebanon; LC=St. Lucia; LI=Liechtenstein; LK=Sri Lanka; LR=Liberia; LS=Lesotho; LT=Lithuania; LU=Luxembourg;
LV=Latvia; LY=Libya; MA=Morocco; MC=Monaco; MD=Moldova; ME=Montenegro; MF=St. Martin; MG=Madagascar;
MH=Marshall Islands; MK=North Macedonia; ML=Mali; MM=Myanmar; MN=Mongolia; MO=Macao; MP=Northern Mariana Islands;
MQ=Martinique; MR=Mauritania; MS=Montserrat; MT=Malta; MU=Mauritius; MV=Maldives; MW=Malawi; MX=Mexico; MY=Malaysia;
MZ=Mozambique; NA=Namibia; NC=New Caledonia; NE=Niger; NF=Norfolk Island; NG=Nigeria; NI=Nicaragua; NL=Netherlands;
NO=Norway; NP=Nepal; NR=Nauru; NU=Niue; NZ=New Zealand; OM=Oman; PA=Panama; PE=Peru; PF=French Polynesia;
PG=Papua New Guinea; PH=Philippines; PK=Pakistan; PL=Poland; PM=St. Pierre & Miquelon; PN=Pitcairn Islands;
PR=Puerto Rico; PS=Palestine; PT=Portugal; PW=Palau; PY=Paraguay; QA=Qatar; RE=Réunion; RO=Romania; RS=Serbia;
RU=Russia; RW=Rwanda; SA=Saudi Arabia; SB=Solomon Islands; SC=Seychelles; SD=Sudan; SE=Sweden; SG=Singapore;
SH=St. Helena; SI=Slovenia; SJ=Svalbard & Jan Mayen; SK=Slovakia; SL=Sierra Leone; SM=San Marino; SN=Senegal;
SO=Somalia; SR=Suriname; SS=South Sudan; ST=São Tomé & Príncipe; SV=El Salvador; SX=Sint Maarten; SY=Syria;
SZ=Eswatini; TC=Turks & Caicos Islands; TD=Chad; TF=French Southern Territories; TG=Togo; TH=Thailand; TJ=Tajikistan;
TK=Tokelau; TL=Timor-Leste; TM=Turkmenistan; TN=Tunisia; TO=Tonga; TR=Turkey; TT=Trinidad & Tobago; TV=Tuvalu;
TW=Taiwan; TZ=Tanzania; UA=Ukraine; UG=Uganda; UM=U.S. Outlying Islands; US=United States; UY=Uruguay; UZ=Uzbekistan;
VA=Vatican City; VC=St. Vincent & Grenadines; VE=Venezuela; VG=British Virgin Islands; VI=U.S. Virgin Islands;
VN=Vietnam; VU=Vanuatu; WF=Wallis & Futuna; WS=Samoa; YE=Yemen; YT=Mayotte; ZA=South Africa; ZM=Zambia; ZW=Zimbabwe`

// countryNicknames are other names under which files and people know a country, in small letters.
var countryNicknames = map[string]string{
	"usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB", "england": "GB",
	"scotland": "GB", "wales": "GB", "northern ireland": "GB", "czech republic": "CZ", "holland": "NL", "the netherlands": "NL",
	"korea": "KR", "republic of korea": "KR", "russian federation": "RU", "viet nam": "VN", "ivory coast": "CI",
	"macedonia": "MK", "swaziland": "SZ", "burma": "MM", "türkiye": "TR", "cabo verde": "CV", "uae": "AE",
	"bosnia": "BA", "vatican": "VA", "hong kong sar china": "HK", "macau": "MO", "democratic republic of the congo": "CD",
}

// Country is a country of ISO 3166-1.
type Country struct{ Code, Name string }

// Countries lists the countries of the world by their English names.
var Countries = readCountries()

var countryNames, countryCodes = indexCountries()

func readCountries() []Country {
	var all []Country
	for entry := range strings.SplitSeq(countryList, ";") {
		code, name, _ := strings.Cut(strings.TrimSpace(entry), "=")
		all = append(all, Country{Code: code, Name: name})
	}
	slices.SortFunc(all, func(a, b Country) int { return strings.Compare(plainLetters(a.Name), plainLetters(b.Name)) })
	return all
}

func indexCountries() (names, codes map[string]string) {
	names, codes = make(map[string]string, len(Countries)), make(map[string]string, 3*len(Countries))
	for _, country := range Countries {
		names[country.Code] = country.Name
		codes[strings.ToLower(country.Code)] = country.Code
		for _, name := range []string{strings.ToLower(country.Name), plainLetters(country.Name)} {
			codes[name], codes[strings.ReplaceAll(name, "&", "and")] = country.Code, country.Code
			codes[strings.ReplaceAll(name, "st. ", "saint ")] = country.Code
		}
	}
	maps.Copy(codes, countryNicknames)
	return names, codes
}
