"""What money is called in French."""

from __future__ import annotations

from engines.reading.readable.words import Money


def regular(one: str, cent: str) -> Money:
    """'dollar canadien' -> 'dollars canadiens'."""
    many = " ".join(f"{word}s" for word in one.split())
    return Money(one, many, cent, f"{cent}s")


def crown(of: str) -> Money:
    return regular(f"couronne {of}", "øre")


MONEY = {
    **dict.fromkeys(("$", "US$", "USD"), regular("dollar", "cent")),
    **dict.fromkeys(("CA$", "C$", "CAD"), regular("dollar canadien", "cent")),
    **dict.fromkeys(("A$", "AU$", "AUD"), Money("dollar australien", "dollars australiens",
                                                "cent", "cents")),
    **dict.fromkeys(("NZ$", "NZD"), Money("dollar néo-zélandais", "dollars néo-zélandais",
                                          "cent", "cents")),
    **dict.fromkeys(("HK$", "HKD"), Money("dollar de Hong Kong", "dollars de Hong Kong",
                                          "cent", "cents")),
    **dict.fromkeys(("€", "EUR"), regular("euro", "centime")),
    **dict.fromkeys(("£", "GBP"), Money("livre", "livres", "penny", "pence")),
    **dict.fromkeys(("¥", "JPY"), Money("yen", "yens", "sen", "sen")),
    **dict.fromkeys(("CNY", "RMB"), Money("yuan", "yuans", "fen", "fen")),
    **dict.fromkeys(("CHF", "SFr"), Money("franc suisse", "francs suisses",
                                          "centime", "centimes")),
    **dict.fromkeys(("FCFA", "XOF", "XAF"), Money("franc CFA", "francs CFA",
                                                  "centime", "centimes")),
    **dict.fromkeys(("MX$", "MXN"), regular("peso mexicain", "centavo")),
    **dict.fromkeys(("R$", "BRL"), Money("real", "reals", "centavo", "centavos")),
    **dict.fromkeys(("₩", "KRW"), Money("won", "wons", "jeon", "jeon")),
    **dict.fromkeys(("₹", "INR"), regular("roupie", "paisa")),
    **dict.fromkeys(("₽", "RUB"), regular("rouble", "kopeck")),
    **dict.fromkeys(("₺", "TRY"), regular("livre turque", "kuruş")),
    "SEK": crown("suédoise"), "NOK": crown("norvégienne"), "DKK": crown("danoise"),
    "PLN": Money("zloty", "zlotys", "grosz", "groszy"),
    "MAD": regular("dirham", "centime"), "DZD": regular("dinar", "centime"),
    "TND": regular("dinar", "millime"),
    **dict.fromkeys(("₿", "BTC"), Money("bitcoin", "bitcoins", "", "")),
    "¢": Money("cent", "cents", "", ""),
}  # fmt: skip
