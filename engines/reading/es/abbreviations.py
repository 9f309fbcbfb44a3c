"""What stands for more words than it has letters, in Spanish."""

from __future__ import annotations

import re

from engines.reading import openers, roman
from engines.reading.draft import Say
from engines.reading.es import calendar, clocks, numbers
from engines.reading.readable.acronyms import INITIALS, capitals

RELEASED = (
    "[Vv]ersi[oó]n|Python|Windows|iOS|iPadOS|macOS|Android|Chrome|Firefox|Java|Ubuntu|USB|HTTP|TLS"
    "|Bluetooth|Kubernetes|Linux|PHP|PyTorch|Node|HTML|Web|web"
)

# After these 38º is no ordinal, and before others 2° is one.
DEGREES = "de (?:fiebre|temperatura|latitud|longitud|inclinación)|bajo cero|cent"
NO_FLOORS = "bajo|sobre|norte|sur|este|oeste|cent|de |en |a |y |o |con |al "
# 'el 12/10': a day, but 'el 1/4 de la población' a share.
DAY = (
    r"\b([Ee]l|[Dd]el|[Aa]l)\s(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])"
    r"(?![\w/]|[.,]\d|\sde\b)(?<!24/7)(?<!16/9)"
)
ROMAN_MONTH = r"(?<![\w.,-])(\d{1,2})([-./])(I{1,3}|IV|VI{0,3}|IX|XI{0,2})\2(\d{4})(?![\w-])"


def day(found: re.Match[str]) -> str:
    return f"{found[1]} {int(found[2])} de {calendar.MONTHS[int(found[3]) - 1]}"


def roman_month(found: re.Match[str]) -> str:
    """'3-V-1920' -> '3 de mayo de 1920'."""
    month = calendar.MONTHS[(roman.value(found[3]) or 1) - 1]
    return f"{found[1]} de {month} de {found[4]}"


def parts(found: re.Match[str]) -> str:
    """'3/4 partes' -> 'tres cuartas partes'."""
    name = numbers.ordinal(found[2], numbers.FEMININE)
    return f"{numbers.cardinal(found[1], numbers.FEMININE)} {name}s partes"


def spoons(found: re.Match[str]) -> str:
    """'1 cda.', '2 cdtas.'"""
    number = found[1] or ""
    one = number.strip() == "1" or ("/" in number and " " not in number.strip())
    many = bool(found[3]) or (bool(number) and not one)
    return f"{number}cuchara{'da' if found[2] == 'a' else 'dita'}{'s' * many}"


ABBREVIATIONS: tuple[tuple[str, Say], ...] = (
    *openers.passes("ES"),
    *calendar.PASSES,
    (r"ç", "s"),
    (r"Ç", "S"),
    (ROMAN_MONTH, roman_month),
    (DAY, day),
    (r"\bD\.?\s?ª\.?(?=\s+[A-ZÁÉÍÓÚ])|\bD\.a(?=\s+[A-ZÁÉÍÓÚ])", "doña"),
    (r"\b[Cc]dad\.", "ciudad"),
    (r"\bDto\.(?=\s+de\b)", "departamento"),
    (r"\b[Qq]\.\s?e\.\s?p\.\s?d\.?(?!\w)", "que en paz descanse"),
    (r"\b[Qq]\.\s?d\.\s?e\.\s?p\.?(?!\w)", "que descanse en paz"),
    (r"\b[Ii]zda\.", "izquierda"),
    (r"\b[Ii]zdo\.", "izquierdo"),
    (r"\bIlmo\.", "ilustrísimo"),
    (r"\bIlma\.", "ilustrísima"),
    (r"\bExc?ma\.", "excelentísima"),
    (r"\bFdo\.", "firmado"),
    (r"\bNN\.\s?UU\.", "Naciones Unidas"),
    (r"(?<=\b1 )[Uu]d\.", "unidad"),
    (r"(?<=\d )[Uu]ds?\.", "unidades"),
    (r"(?<=[a-zá-ú] )c\.(?=\s+[A-ZÁÉÍÓÚ][a-z])", "contra"),
    (r"(?<![\w.])ca?\.\s?(?=\d{3,4}\b)", "circa "),
    (r"(?<=\d )pts\b\.?", "puntos"),
    (r"\bb/n\b", "blanco y negro"),
    (r"§§\s?", "secciones "),
    (r"\bT\.?ª", "temperatura"),
    (r"(?<![\w.,])(\d{1,3})\.o(?=\s[a-zñ])", r"\1.º"),
    (r"(?<![\w.,])(\d{1,3})\.a(?=\s[a-zñ])", r"\1.ª"),
    (r"(?<=\b1 )comp\./(?=\d{1,2} ?h\b)", "comprimido cada "),
    (r"(?<=\d )comp\./(?=\d{1,2} ?h\b)", "comprimidos cada "),
    (r"/[Uu]d\b\.?", " por unidad"),
    (r"(?<=\d )pers\.", "personas"),
    (r"(?<=[a-zñ.]) x (?=\d)", " por "),
    (r"(?<![\w.,])(\d{1,2}) ?h (\d{1,2}) ?m\b", r"\1 h \2 min"),
    (r"\b([Uu]n) 1/(?=\d{1,2}(?![\w/]))", r"1/"),
    (r"(?<![\w./,])([1-9])/(3|4|5|6|7|8|9|10) partes\b", parts),
    (r"(?<![\w.,:])([01]?\d|2[0-3])\.([0-5]\d)(?=\s?(?:hs?\b|horas\b))", r"\1:\2"),
    (r"\b([Aa] las? (?:[01]?\d|2[0-3]))\.([0-5]\d)(?![\w.]|,\d)", r"\1:\2"),
    (r"(?<![\w.,])(\d{3})º(?=\s*(?:[.,;:)]|$|(?:y|durante|hasta|con|en)\b))", r"\1°"),
    (r"\b(\d{1,2} h(?:oras?)?) y 1/2(?!\d)", r"\1 y media"),
    (r"(?<=\d)\s:\s(?=\d{1,6}\s?=)", " ÷ "),
    (r"\b([Pp]ágina \d{1,4}|[Pp]aso \d{1,3}|[Pp]arte \d{1,3})/(?=\d{1,4}(?![\w/]))", r"\1 de "),
    (r"\bN(?:tra|uestra)\.? S(?:ra|eñora)\.", "nuestra señora"),
    (r"\bRR\.\s?HH\.", "recursos humanos"),
    (r"\bFF\.\s?AA\.", "fuerzas armadas"),
    (r"\bJJ\.\s?OO\.", "juegos olímpicos"),
    (r"\bCC\.\s?OO\.", "comisiones obreras"),
    (r"\bSSMM\b|\bSS\.\s?MM\.", "sus majestades"),
    (r"\bS\.\s?M\.(?=\s+(?:el|la)\b)", "su majestad"),
    (r"\bP\.\s?D\.(?=\s)", "posdata"),
    (r"\bVda\.", "viuda"),
    (r"\b[Dd]epto\.", "departamento"),
    (r"(?<=\b1 )comp\.(?=\s|$)", "comprimido"),
    (r"(?<=\d )comp\.(?=\s|$)", "comprimidos"),
    (
        r"(?<![\w/.,])(\d{1,4})/((?:19|20)\d\d)(?![\w/-]|[.,]\d)",
        lambda found: (
            found[0] if re.fullmatch(r"0\d|1[0-2]", found[1]) else f"{found[1]} de {found[2]}"
        ),
    ),
    (r"(?<=[ºr] )s\.(?=\s+(?:a\.|d\.|antes|después))", "siglo"),
    (r"\ba\.\s?de\s?C\.", "antes de Cristo"),
    (r"\bd\.\s?de\s?C\.", "después de Cristo"),
    (r"(?<![\w.,/])(\d{1,3}(?:[ /]\d)* )?\b[Cc]d(a|i?ta)(s?)\.", spoons),
    (r"(?<!\d )(?<!\d)\b[Kk]m\.(?=\s?\d)", "kilómetro "),
    (r"\b[Ee]do\.(?=\s+(?:de|[A-Z]))", "estado"),
    (r"(?<=\d % )dto\.", "descuento"),
    (r"\bMr\.", "míster"),
    (r"(\d) ?€ ?(\d\d)(?!\d|[.,]\d)", r"\1,\2 €"),
    (r"\b1/([48])(?= de final\b)", lambda found: {"4": "cuartos", "8": "octavos"}[found[1]]),
    (r"\bP\.?[ºo]\.?(?=\s+(?:de|del|[A-Z]))", "paseo"),
    (r"(?<!\d )\b[Hh]ab\.(?=\s?\d)", "habitación "),
    (r"(?<!\d )(?<!\d)(?<!/)\b[Mm]in\.(?=\s?\d)", "minuto "),
    (r"\bc/\s?(?=\d)", "cada "),
    (r"\by ss\.", "y siguientes"),
    (r"\b[Vv]id\.", "véase"),
    (r"\bBs\.?(?=\s?\d)", "VES"),
    (r"\bRD\$", "DOP "),
    (r"\bS/\.\s?(?=\d)", "S/"),
    (r"(?<=\d) ?x(?= (?:más|menos|por|al)\b)", " veces"),
    (
        r"(?<=[\w%])/(?=(?:día|semana|mes|año|hora|persona|noche|minuto|segundo|habitante|unidad|alumno"
        r"|niño|adulto|página|sesión|clase|cabeza|litro|kilo)\b)",
        " por ",
    ),
    (r"\bTte\.", "teniente"),
    (r"\bCnel\.", "coronel"),
    (r"\bCapt?\.(?=\s+[A-ZÁÉÍÓÚ][a-z])", "capitán"),
    (r"\bSgto\.", "sargento"),
    (r"\bPdte\.", "presidente"),
    (r"\bPte\.(?=\s+[A-Z])", "presidente"),
    (r"\bGob\.(?=\s+[A-Z])", "gobernador"),
    (r"\bLdo\.", "licenciado"),
    (r"\bL(?:da|icda)\.", "licenciada"),
    (r"\bDres\.", "doctores"),
    (r"\bProfª\.?|\bProf\.ª|\bProfa\.", "profesora"),
    (r"\bM\.ª|\bMª", "María"),
    (r"\bFco\.", "Francisco"),
    (r"\bAdmón\.", "administración"),
    (r"\bAtte\.", "atentamente"),
    (r"\b[Ee]dif\.", "edificio"),
    (r"\b[Ee]sq\.", "esquina"),
    (r"\b[Uu]rb\.(?=\s+[A-Z])", "urbanización"),
    (r"\b[Bb]º(?=\s+[A-Z])", "barrio"),
    (r"\b[Pp]ol\.\s?[Ii]nd\.", "polígono industrial"),
    (r"\b[Ee]sc\.(?=\s?[A-Z\d])", "escalera "),
    (r"\b[Pp]ta\.(?=\s?\d)", "puerta "),
    (r"\b[Pp]rov\.(?=\s+[A-Zd])", "provincia"),
    (r"\b[Mm]pio\.", "municipio"),
    (r"\b[Tt]rad\.", "traducción"),
    (r"\b[Uu]niv\.", "universidad"),
    (r"\b[Pp]árr\.(?=\s?\d)", "párrafo "),
    (r"\b[Cc]f\.", "confróntese"),
    (r"\b[Ss]ig\.", "siguiente"),
    (r"\b[Cc]ant\.", "cantidad"),
    (r"\b[Tt]emp\.", "temperatura"),
    (r"\b[Aa]lt\.(?=\s?\d)", "altura "),
    (r"\bRef\.(?=\s?[\dA-Z:])", "referencia"),
    (r"\b[Nn]ums?\.(?=\s?\d)", "número "),
    (r"\b[Nn]úms\.", "números"),
    (r"\b[Aa]rts\.(?=\s?\d)", "artículos "),
    (r"\b[Cc]aps\.(?=\s?[\dIVX])", "capítulos "),
    (r"\bincl\.", "incluido"),
    (r"\b[Aa]c\.(?=\s?\d)", "acta "),
    (r"\bdcho\.", "derecho"),
    (r"\bptas\b\.?", "pesetas"),
    (r"\bSras\.", "señoras"),
    (r"\bSrtas\.", "señoritas"),
    (r"\bSres\.", "señores"),
    (r"\bSr\.", "señor"),
    (r"\bSra\.", "señora"),
    (r"\bSrta\.", "señorita"),
    (r"\bDr\.", "doctor"),
    (r"\bDra\.", "doctora"),
    (r"\bProf\.", "profesor"),
    (r"\bD\.(?=\s+[A-ZÁÉÍÓÚ])", "don"),
    (r"\bDña\.", "doña"),
    (r"\b[Uu]ds\.", "ustedes"),
    (r"\b[Uu]d\.", "usted"),
    (r"\b[Aa]v(?:da)?\.", "avenida"),
    (r"\bC/\s?(?=[A-ZÁÉÍÓÚ])", "calle "),
    (r"\b[Nn]\.?\s?(?:[ºo]s|[º°]s)\.?\s?(?=\d)", "números "),
    (r"\b[Nn]\.?\s?[º°]\s?", "número "),
    (r"(?<=\d[ºª])(?=[A-Z](?!\w))", " "),
    (r"\bhab\.?\s?/\s?(?=k?m)", "habitantes por "),
    (r"\b[Oo]p\.(?=\s?\d)", "opus "),
    (r"(?<=[ªa] )ed\.(?!\w)", "edición"),
    (r"\bRep\.(?=\s+[A-Z])", "República"),
    (r"\b1o(?= de )", "1.º"),
    (r"(\d) ?M(?= de [a-z])", r"\1 millones"),
    (
        r"(?<![\w,.])(\d)m(\d\d)(?!\w)",
        lambda found: f"{found[1]} metro{'s' * (found[1] != '1')} {found[2]}",
    ),
    (r"(?<=[Cc]ompás de )(\d{1,2})/(?=\d{1,2}(?!\w))", r"\1 por "),
    (r"\b[Nn]úm\.", "número"),
    (r"\b[Pp]ágs\.", "páginas"),
    (r"\b[Pp]ág\.", "página"),
    (r"\b[Aa]prox\.", "aproximadamente"),
    (r"\b[Pp]\.\s?ej\.", "por ejemplo"),
    (r"(?<!/)\b[Ee]tc\b\.?(?!/)", "etcétera"),
    (r"\b(?:Excmo|Exmo)\.", "excelentísimo"),
    (r"\bIng\.", "ingeniero"),
    (r"\bLic\.", "licenciado"),
    (r"\bArq\.", "arquitecto"),
    (r"\bGral\.", "general"),
    (r"\bCap\.(?=\s+[A-ZÁÉÍÓÚ][a-z])", "capitán"),
    (r"\b[Cc]ap\.(?=\s?[\dIVX])", "capítulo "),
    (r"\b[Vv]ol\.(?=\s?[\dIVX])", "volumen "),
    (r"\b[Aa]rt\.(?=\s?\d)", "artículo "),
    (r"\b[Ff]ig\.(?=\s?\d)", "figura "),
    (r"\b[Ss]s\.\s?(?=[IVX]+\b)", "siglos "),
    (r"\b[Ss]\.\s?(?=[IVX]+\b)", "siglo "),
    (r"\bC\.\s?P\.(?=\s?\d)", "código postal "),
    (r"\b[Aa]p(?:do|artado)\.(?=\s?\d)", "apartado "),
    (r"\bCol\.(?=\s+[A-ZÁÉÍÓÚ])", "colonia"),
    (r"\bCía\.", "compañía"),
    (rf"\b([12]?\d)°(?=(?: (?!{NO_FLOORS})[a-zñ]| [A-D]\b))", r"\1º"),
    (r"\b1°(?= de [a-z])", "1º"),
    (rf"(\d)º(?= (?:{DEGREES}))", r"\1°"),
    (r"\b(Boeing 7\d7|Airbus A3\d\d)-(?=\d)", r"\1, "),
    (r"\bHnos\.", "hermanos"),
    (r"\b[Nn]ro\.(?=\s?\d)", "número "),
    (r"\b[Tt]lfn?o?\.", "teléfono"),
    (r"\bMons\.(?=\s+[A-ZÁÉÍÓÚ])", "monseñor"),
    (r"(?<=\d )hab\.", "habitantes"),
    (r"\bL\s?[-–]\s?V\b(?= (?:de|a)|,|:| \d)", "lunes a viernes"),
    (r"\bvs\b\.?", "versus"),
    (r"\bs/n\b", "sin número"),
    (r"\bc/u\b", "cada uno"),
    (r"(?<![.\w])[Pp]\.(?=\s?\d)", "página "),
    (r"\b[Tt]el\.", "teléfono"),
    (r"\b[Tt]fno\.", "teléfono"),
    (r"\b[Dd]pto\.", "departamento"),
    (r"\b[Mm]áx\.", "máximo"),
    (r"\b[Mm]ín\.", "mínimo"),
    (r"\b[Ss]to\.(?=\s+[A-Z])", "santo"),
    (r"\b[Ss]ta\.(?=\s+[A-Z])", "santa"),
    (r"\bP[ºo]\.(?=\s+[A-Z])", "paseo"),
    (r"\b[Pp]za\.", "plaza"),
    (r"\b[Cc]tra\.", "carretera"),
    (r"\b[Ii]zq\.", "izquierda"),
    (r"\b[Dd]cha\.", "derecha"),
    (r"#(?=\d*[A-Za-zÁÉÍÓÚáéíóúñ]{2})", " almohadilla "),
    (r"\b([A-G])#(?!\w)", r"\1 sostenido"),
    (r"(?<![\w.])~\s?(?=\d)", "unos "),
    *clocks.PASSES,
    (r"(?<![\w.,/-])50 ?[-/] ?50(?![\w/%-])", "cincuenta cincuenta"),
    (rf"\b((?:{RELEASED}) )(\d{{1,4}})\.(?=\d{{1,4}}(?!\w|\.\d))", r"\1\2 punto "),
    (r"\b([Ee]l |[Uu]n )(\d{1,2})o(?= [a-z])", r"\1\2.º"),
    (r"\b([Ll]a |[Uu]na )(\d{1,2})a(?= [a-z])", r"\1\2.ª"),
    (r"\bCOP ?(?=\d\d(?!\d|[.,]\d))", "cop "),
    (r"\bEE\.?\s?UU\b\.?", "Estados Unidos"),
    (r"\ba\.\s?[Cc]\.", "antes de Cristo"),
    (r"\bd\.\s?[Cc]\.", "después de Cristo"),
    (INITIALS, capitals),
)
