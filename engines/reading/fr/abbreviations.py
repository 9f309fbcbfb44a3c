"""What stands for more words than it has letters, in French."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable.acronyms import INITIALS, capitals

RELEASED = (
    "[Vv]ersion|Python|Windows|iOS|iPadOS|macOS|Android|Chrome|Firefox|Java|Ubuntu|USB|HTTP|TLS"
    "|Bluetooth|Kubernetes|Linux|PHP|PyTorch|Node|HTML|Web|web"
)


def law(found: re.Match[str]) -> str:
    """'art. L. 121-1', as codes of law are cited."""
    last = f" tiret {found[5]}" if found[5] else ""
    return f"{found[1] or 'article'} {found[2]} {found[3]} tiret {found[4]}{last}"


# Only before what they abbreviate: "l'art." is a word at the end of its sentence.
ABBREVIATIONS: tuple[tuple[str, Say], ...] = (
    (r"\bMM\.", "messieurs"),
    (r"\bM\.(?=\s+(?:[A-ZÀ-Ý]|(?:et|ou)\s+M(?:me|lle|\.)))", "monsieur"),
    (r"\bMmes\b\.?", "mesdames"),
    (r"\bMme\b\.?", "madame"),
    (r"\bMlles\b\.?", "mesdemoiselles"),
    (r"\bMlle\b\.?", "mademoiselle"),
    (r"\bMgr\b\.?", "monseigneur"),
    (r"\bDr\b\.?", "docteur"),
    (r"\bPr\b\.?", "professeur"),
    (r"\bMe\b(?=\s+[A-ZÀ-Ý])", "maître"),
    (r"\b[Aa]v\.\s?J\.?-?C\.?", "avant Jésus-Christ"),
    (r"\b[Aa]pr\.\s?J\.?-?C\.?", "après Jésus-Christ"),
    (r"\b[Aa]v\.", "avenue"),
    (
        r"\b([IVXLC]+(?:er|e|ème|ième))\s?(?:-\s?|et\s)([IVXLC]+(?:e|ème))\s?s\.?(?!\w)",
        r"\1 et \2 siècles",
    ),
    (r"\b([IVXLC]+(?:er|e|ème|ième))\s?s\.?(?!\w)", r"\1 siècle"),
    (r"\b[Bb](?:oul|d|ld)\b\.?(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "boulevard"),
    (r"\b[Cc]\.-à-d\.", "c'est-à-dire"),
    (r"\b[Ee]tc\b\.?", "et cetera"),
    (r"\b[Ee]x\.\s?(?=:)", "exemple "),
    (r"\b[Pp](?:ar|\.) ex\.", "par exemple"),
    (
        r"(?:\b[Aa]rt\.|\b([Aa]rticles?))\s?([LRDA])\.?\s?(\d{1,4})-(\d{1,3})(?:-(\d{1,3}))?(?!\w)",
        law,
    ),
    (r"(?<=\d)\s?\$\s?(?:CAN|CA)\b", " CAD"),
    (r"(?<=\d)\s?\$\s?US\b", " USD"),
    (r"\$\s?(CAN?|US)(?=\s?\d)", lambda found: "CAD " if found[1] != "US" else "USD "),
    (r"(?<![\w.,])(\d{1,2}) ?h ?/ ?(\d{1,2})(?: ?h)?(?!\w)", r"\1 heures sur \2"),
    (r"(?<![\w.,])(\d) ?j(?:ours?)? ?/ ?(\d)(?: ?j)?(?!\w)", r"\1 jours sur \2"),
    (r"(?<![\w.,/-])50 ?[-/] ?50(?![\w/%-])", "cinquante cinquante"),
    (rf"\b((?:{RELEASED}) )(\d{{1,4}})\.(?=\d{{1,4}}(?![\w.]))", r"\1\2 point "),
    (r"\b[Aa]rt\.(?=\s?[\dLR]\.?\s?\d|\s?\d)", "article "),
    (r"\b[Cc]hap\.(?=\s?[\dIVX])", "chapitre "),
    (r"\b[Vv]ol\.(?=\s?[\dIVX])", "volume "),
    (r"\b[Ff]ig\.(?=\s?\d)", "figure "),
    (r"\bpp\.(?=\s?\d)", "pages "),
    (r"\bp\.(?=\s?\d)", "page "),
    (r"\b[Nn][°º]s?\s?(?=\d)", "numéro "),
    (r"\b[Nn][°º]\s?", "numéro "),
    (r"\b[Nn]o\.?(?=\s?\d)", "numéro "),
    (r"#(?=\d)", "numéro "),
    (r"#(?=[^\W\d_])", " dièse "),
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
    (r"(?<!\d )\b[Mm]in\.(?=\s)", "minimum"),
    (r"(?<!\w)[Éé]d\.", "édition"),
    (r"\b[Aa]pt\.?(?=\s?\d)", "appartement "),
    (r"(?<=\d )hab\.", "habitants"),
    (r"\b[Rr]éf\.(?=\s?[\dA-Z])", "référence "),
    (r"\b[Pp]l\.(?=\s+[A-ZÀ-Ý])", "place"),
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
    (r"(?<![\w.])~\s?(?=\d)", "environ "),
    (INITIALS, capitals),
)
