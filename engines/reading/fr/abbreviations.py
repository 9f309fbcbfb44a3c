"""What stands for more words than it has letters, in French."""

from __future__ import annotations

import re

from engines.reading import openers
from engines.reading.draft import Say
from engines.reading.fr import calendar, chat, citations, given
from engines.reading.readable.acronyms import INITIALS, capitals

RELEASED = (
    "[Vv]ersion|Python|Windows|iOS|iPadOS|macOS|Android|Chrome|Firefox|Java|Ubuntu|USB|HTTP|TLS"
    "|Bluetooth|Kubernetes|Linux|PHP|PyTorch|Node|HTML|Web|web"
)


def law(found: re.Match[str]) -> str:
    """'art. L. 121-1', as codes of law are cited."""
    last = f" tiret {found[5]}" if found[5] else ""
    return f"{found[1] or 'article'} {found[2]} {found[3]} tiret {found[4]}{last}"


SPOONS = (
    r"(?<![\w.,/])(\d{1,3}(?:[ /]\d){0,2} )?\b[Cc](?:uil{1,2})?\.\s?à\s?"
    r"(s\.?|soupe|c\.?|café|thé)(?!\w)"
)


def spoons(found: re.Match[str]) -> str:
    """'3 c. à s.' -> '3 cuillères à soupe'."""
    number = found[1] or ""
    one = number.strip() in ("", "1") or ("/" in number and " " not in number.strip())
    size = {"s": "soupe", "t": "thé"}.get(found[2][0], "café")
    return f"{number}cuillère{'s' * (not one)} à {size}"


# Only before what they abbreviate: "l'art." is a word at the end of its sentence.
ABBREVIATIONS: tuple[tuple[str, Say], ...] = (
    *openers.passes("FR"),
    *calendar.PASSES,
    *citations.PASSES,
    *chat.PASSES,
    *given.ALWAYS,
    (r"(?<!av\. )(?<!apr\. )(?<!ap\. )\b([A-Z])\.-([A-Z])\.(?=\s+[A-ZÀ-Ý])", r"\1 \2"),
    (r"(?:(?<=[a-zà-ÿ] )|(?<=[a-zà-ÿ], ))S\.?A\.?(?=[\s,;.)]|$)", "S A"),
    (r"\bTA(?=\s?:?\s?\d)", "T A"),
    (r"\bc/o\b", "chez"),
    (r"\bGal(?=[ -][Dd]e[ -])", "général"),
    (r"\b[Ss]qq\b\.?", "et suivantes"),
    (r"\br°(?!\w)", "recto"),
    (r"\bv°(?!\w)", "verso"),
    (r"\b[Ll]et\.(?=\s?[a-z]\b)", "lettre"),
    (r"\bCass\.\s?civ\.", "Cassation civile,"),
    (r"\bCass\.(?=\s?(?:crim|soc|com))", "Cassation"),
    (r"\b[Rr]éduc\.", "réduction"),
    (r"\b[Rr]ens\.(?=\s?(?:au|à|et|:|sur))", "renseignements"),
    (r"§§\s?", "sections "),
    (r"\bT°(?!\w)", "température"),
    (r"\b[Rr]eq\.(?=\s?n)", "requête"),
    (r"\bpdt\b", "pendant"),
    (r"\bMM\.", "messieurs"),
    (
        r"(?<![.\w])M\.(?=\s+(?:[A-ZÀ-Ý]|l[ea]s?\b|l'|d[eu]s?\b|d'|(?:et|ou)\s+M(?:me|lle|\.)))",
        "monsieur",
    ),
    (r"\bMmes\b\.?", "mesdames"),
    (r"\bMme\b\.?", "madame"),
    (r"\bMlles\b\.?", "mesdemoiselles"),
    (r"\bMlle\b\.?", "mademoiselle"),
    (r"\bMgr\b\.?", "monseigneur"),
    (r"\bDrs\b\.?", "docteurs"),
    (r"\bVve\b\.?", "veuve"),
    (r"\bS\.\s?M\.(?=\s+(?:l[ea]|l')\b)", "sa majesté"),
    (r"(?<=\der )s\.(?=\s+(?:a[vp]|apr)\b)|(?<=\de )s\.(?=\s+(?:a[vp]|apr)\b)", "siècle"),
    (r"(?<=\b1 )cp\.?(?=\s|$)", "comprimé"),
    (r"(?<=\d )cp\.?(?=\s|$)", "comprimés"),
    (r"\bMrs?\b\.?(?=\s+[A-ZÀ-Ý])", "monsieur"),
    (r"\b[Aa]l\.(?=\s?\d)", "alinéa "),
    (SPOONS, spoons),
    (r"\b[Cc](?:uil|uill)\.", "cuillère"),
    (r"(?<=[\d/] )pers\.", "personnes"),
    (r"(\d) ?€ ?(\d\d)(?!\d|[.,]\d)", r"\1,\2 €"),
    (r"\b1/2(?= finales?\b)", "demi"),
    (r"\b1/([48])e?(?= de finale\b)", lambda found: {"4": "quart", "8": "huitième"}[found[1]]),
    (r"\b2de\b", "seconde"),
    (r"\b2d\b(?= [a-z])", "second"),
    (r"\b[Nn][°º]s\s?(?=\d)|\b[Nn]os\s?(?=\d{1,5}(?:\s?[-–,]\s?|\s(?:et|à|ou)\s)\d)", "numéros "),
    (r"\b[Cc]h\.(?=\s?\d{3})", "chambre "),
    (r"\b[Cc]h\.(?=\s?\d)", "chapitre "),
    (r"\b1°(?=\))", "primo"),
    (r"\b2°(?=\))", "secundo"),
    (r"\b3°(?=\))", "tertio"),
    (r"(?<=\d) ?x(?= (?:plus|moins|par|mieux)\b)", " fois"),
    (r"\b([ivx]+)(e|ème)(?= siècle)", lambda found: found[1].upper() + found[2]),
    (
        r"(?<=[\w%])/(?=(?:jour|semaine|mois|an|heure|personne|nuit|minute|seconde|habitant|unité|élève"
        r"|enfant|adulte|page|séance|tête|litre|kilo|pers)\b)",
        " par ",
    ),
    (r"\bCdt\b\.?", "commandant"),
    (r"\bLt\b\.?(?=\s+[A-ZÀ-Ý])", "lieutenant"),
    (r"\bLt-[Cc]ol\b\.?", "lieutenant-colonel"),
    (r"\bAdj\.(?=\s+[A-ZÀ-Ý])", "adjudant"),
    (r"\bÉts\b\.?|\bEts\b\.?", "établissements"),
    (r"\b[Dd]ép(?:t)?\.", "département"),
    (r"\b[Aa]rr\.(?=\s|$)", "arrondissement"),
    (r"\b[Cc]hem\.(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "chemin"),
    (r"\b[Ii]mp\.(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "impasse"),
    (r"\b[Aa]ll\.(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "allée"),
    (r"\b[Ff](?:b)?g\b\.?(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "faubourg"),
    (r"\b[Rr]és\.(?=\s+[A-ZÀ-Ýd])", "résidence"),
    (r"\b[Ee]sc\.(?=\s?[A-Z\d])", "escalier "),
    (r"\b[Aa]pp(?:t)?\.?(?=\s?\d)", "appartement "),
    (r"\b[Cc]f\.", "confer"),
    (r"\b[Tt]rad\.", "traduction"),
    (r"\b[Ss]uiv\.", "suivantes"),
    (r"\b[Ii]ncl\.", "inclus"),
    (r"\b[Tt]emp\.", "température"),
    (r"\b[Mm]oy\.", "moyenne"),
    (r"\b[Nn]b\b\.?(?=\s+d)", "nombre"),
    (r"\b[Nn]bre\b\.?", "nombre"),
    (r"\b[Bb]cp\b", "beaucoup"),
    (r"\b[Cc]àd\b", "c'est-à-dire"),
    (r"\bP\.-?\s?S\.", "post-scriptum"),
    (r"\b[Ss]\.?v\.?p\b\.?|\bSVP\b", "s'il vous plaît"),
    (r"\bN\.-?D\.", "Notre-Dame"),
    (r"\b[Qq]q(?:e)?s\b\.?", "quelques"),
    (r"\b[Tt]jrs\b", "toujours"),
    (r"\bDr\b\.?", "docteur"),
    (r"\bPr\b\.?", "professeur"),
    (r"\bMe\b(?=\s+[A-ZÀ-Ý])", "maître"),
    (r"\b[Aa]v\.\s?J\.?-?C\.?", "avant Jésus-Christ"),
    (r"\b[Aa]pr?\.\s?J\.?-?C\.?", "après Jésus-Christ"),
    (r"\b[Aa]v\.", "avenue"),
    (
        r"\b([IVXLC]+(?:er|e|ème|ième))\s?(?:-\s?|et\s)([IVXLC]+(?:e|ème))\ss\.?(?!\w)",
        r"\1 et \2 siècles",
    ),
    (r"\b([IVXLC]+(?:er|e|ème|ième))\ss\.?(?!\w)", r"\1 siècle"),
    (r"\b[Bb](?:oul|d|ld)\b\.?(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "boulevard"),
    (r"\b[Cc]\.-à-d\.", "c'est-à-dire"),
    (r"(?<!/)\b[Ee]tc\b\.?(?!/)", "et cetera"),
    (r"\b[Ee]x\.\s?(?=:)", "exemple "),
    (r"\b[Pp](?:ar|\.) ex\.", "par exemple"),
    (
        r"(?:\b[Aa]rt\.|\b([Aa]rticles?))\s?([LRDA])\.?\s?(\d{1,4})-(\d{1,3})(?:-(\d{1,3}))?(?!\w)",
        law,
    ),
    (r"(?<=\d)\s?\$\s?(?:CAN|CA)\b", " CAD"),
    (r"(?<=\d)\s?\$\s?US\b", " USD"),
    (r"\$\s?(\d[\d,. ]{0,12}\d|\d)\s?US\b", r"\1 USD"),
    (r"\$\s?(\d[\d,. ]{0,12}\d|\d)\s?CAN?\b", r"\1 CAD"),
    (r"(?<=\d )(?:fr\.|F(?=[\s.,;:!?)]|$))", "francs"),
    (r"\bR\.-?V\.", "rendez-vous"),
    (r"\b[Ee]x\.(?=\s?(?:no|n°)?\s?\d)", "exemple "),
    (r"\b(Boeing 7\d7|Airbus A3\d\d)-(?=\d)", r"\1, "),
    (r"\$\s?(CAN?|US)(?=\s?\d)", lambda found: "CAD " if found[1] != "US" else "USD "),
    (r"(?<![\w.,])(\d{1,2}) ?h ?/ ?(\d{1,2})(?: ?h)?(?!\w|\s?[-–])", r"\1 heures sur \2"),
    (r"(?<![\w.,])(\d) ?j(?:ours?)? ?/ ?(\d)(?: ?j)?(?!\w)", r"\1 jours sur \2"),
    (r"(?<![\w.,/-])50 ?[-/] ?50(?![\w/%-])", "cinquante cinquante"),
    (rf"\b((?:{RELEASED}) )(\d{{1,4}})\.(?=\d{{1,4}}(?!\w|\.\d))", r"\1\2 point "),
    (r"\b[Aa]rt\.(?=\s?[\dLR]\.?\s?\d|\s?\d)", "article "),
    (r"\b[Cc]hap\.(?=\s?[\dIVX])", "chapitre "),
    (r"\b[Vv]ol\.(?=\s?[\dIVX])", "volume "),
    (r"\b[Ff]ig\.(?=\s?\d)", "figure "),
    (r"\bpp\.(?=\s?\d)", "pages "),
    (r"\bp\.(?=\s?\d)", "page "),
    (r"\b[Nn][°º]s?\s?(?=\d)", "numéro "),
    (r"\b[Nn][°º]\s?", "numéro "),
    (r"\b[Nn]o\.?(?=\s?\d)", "numéro "),
    (r"#(?=\d*(?!e\b|er\b)[^\W\d_]{2})", " dièse "),
    (r"#(?=\d)", "numéro "),
    (r"\b[Tt]él\.", "téléphone"),
    (r"\b[Ee]nv\.", "environ"),
    (r"\b[Qq]qch\b\.?", "quelque chose"),
    (r"\b[Qq]qn\b\.?", "quelqu'un"),
    (r"\b[Rr]dv\b", "rendez-vous"),
    (r"\bR\.?D\.?V\b\.?", "rendez-vous"),
    (r"\bCol\.(?=\s+[A-ZÀ-Ý])", "colonel"),
    (r"\bGal\.(?=\s+[A-ZÀ-Ý])", "général"),
    (r"\b[Cc]apt\.(?=\s+[A-ZÀ-Ý])", "capitaine"),
    (r"\b[Ss]gt\.?(?=\s+[A-ZÀ-Ý])", "sergent"),
    (r"\b[Ss]t(?:\.|(?=-)|(?=\s+[A-ZÀ-Ý]))", "saint"),
    (r"\b[Ss]te(?:\.|(?=-)|(?=\s+[A-ZÀ-Ý]))", "sainte"),
    (r"\b[Mm]ax\.", "maximum"),
    (r"(?<!\d )(?<!/)\b[Mm]in\.(?=\s)", "minimum"),
    (r"(?<!\w)[Éé]d\.", "édition"),
    (r"\b[Aa]pt\.?(?=\s?\d)", "appartement "),
    (r"\bhab\.?\s?/\s?(?=k?m)", "habitants par "),
    (r"(?<=\d )hab\.", "habitants"),
    (r"\b[Rr]éf\.(?=\s?[\dA-Z])", "référence "),
    (r"\b[Pp]l\.(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "place"),
    (r"\b[Oo]p\.(?=\s?\d)", "opus "),
    (r"(?<=\de )ét\.(?!\w)", "étage"),
    (r"(?<![\w.,])4 ?[x×] ?4(?![\w.,]\d|\w)(?!\s?=)", "quatre quatre"),
    (r"(?<![\w.,])(4) ?[x×] ?(?=[124]00 ?m)", r"\1 fois "),
    (
        r"(?<![\w,.])(\d)m(\d\d)(?!\w)",
        lambda found: f"{found[1]} mètre{'s' * (found[1] != '1')} {found[2]}",
    ),
    (r"\bJ ?[-−](?=\d)", "J moins "),
    (r"\b[Mm]esure à (\d{1,2})/(?=\d{1,2}(?!\w))", r"mesure à \1 "),
    (r"(\d) ?M(?= d(?:e |'))", lambda found: f"{found[1]} million{'s' * (found[1] != '1')}"),
    (r"\b[Rr]te\.?(?=\s+(?:[A-ZÀ-Ý\d]|d[eu]))", "route"),
    (r"\b[Qq]té\b\.?", "quantité"),
    (r"\b[Bb]ât\.(?=\s?[A-Z\d])", "bâtiment "),
    (r"\b[Éé]t\.(?=\s?\d)", "étage "),
    (r"\bCie\b\.?", "compagnie"),
    (r"\bSté\b\.?", "société"),
    (r"\bvs\b\.?", "versus"),
    (r"\bN\.\s?B\.", "nota bene"),
    (r"\b[Jj]anv\.", "janvier"),
    (r"\b[Ff]évr?\.", "février"),
    (r"\b[Aa]vr\.", "avril"),
    (r"\b[Jj]uil\.", "juillet"),
    (r"\b[Ss]ept\.(?=\s+\d|$)", "septembre"),
    (r"\b[Oo]ct\.", "octobre"),
    (r"\b[Nn]ov\.", "novembre"),
    (r"\b[Dd]éc\.", "décembre"),
    (r"\b([A-G])#(?!\w)", r"\1 dièse"),
    (r"(?<![\w.])~\s?(?=\d)", "environ "),
    (INITIALS, capitals),
)
