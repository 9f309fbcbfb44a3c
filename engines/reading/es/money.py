"""What money is called in Spanish."""

from __future__ import annotations

from engines.reading.readable.words import Money


def money(one: str, cent: str) -> Money:
    return Money(one, many(one), cent, f"{cent}s")


def many(one: str) -> str:
    """'peso mexicano' -> 'pesos mexicanos'."""
    return " ".join(word + ("s" if word[-1] in "aeiou" else "es") for word in one.split())


DOLLAR = money("dólar", "centavo")
PESO = money("peso", "centavo")
MONEY = {
    **dict.fromkeys(("$", "US$", "USD", "U$S"), DOLLAR),
    **dict.fromkeys(("MX$", "MXN"), money("peso mexicano", "centavo")),
    "COP": money("peso colombiano", "centavo"), "CLP": money("peso chileno", "centavo"),
    "ARS": money("peso argentino", "centavo"), "UYU": money("peso uruguayo", "centésimo"),
    "DOP": money("peso dominicano", "centavo"),
    **dict.fromkeys(("CA$", "C$", "CAD"), money("dólar canadiense", "centavo")),
    **dict.fromkeys(("A$", "AU$", "AUD"), money("dólar australiano", "centavo")),
    **dict.fromkeys(("NZ$", "NZD"), money("dólar neozelandés", "centavo")),
    **dict.fromkeys(("HK$", "HKD"), Money("dólar de Hong Kong", "dólares de Hong Kong",
                                          "centavo", "centavos")),
    **dict.fromkeys(("S$", "SGD"), Money("dólar de Singapur", "dólares de Singapur",
                                         "centavo", "centavos")),
    **dict.fromkeys(("€", "EUR"), money("euro", "céntimo")),
    **dict.fromkeys(("£", "GBP"), money("libra", "penique")),
    **dict.fromkeys(("¥", "JPY"), Money("yen", "yenes", "sen", "sen")),
    **dict.fromkeys(("CNY", "RMB"), Money("yuan", "yuanes", "fen", "fen")),
    "CHF": money("franco suizo", "céntimo"),
    **dict.fromkeys(("R$", "BRL"), Money("real", "reales", "centavo", "centavos")),
    **dict.fromkeys(("S/", "PEN"), Money("sol", "soles", "céntimo", "céntimos")),
    **dict.fromkeys(("₩", "KRW"), Money("won", "wones", "jeon", "jeon")),
    **dict.fromkeys(("₹", "INR"), money("rupia", "paisa")),
    **dict.fromkeys(("₽", "RUB"), money("rublo", "kopek")),
    **dict.fromkeys(("₺", "TRY"), money("lira turca", "kuru")),
    "SEK": money("corona sueca", "ore"), "NOK": money("corona noruega", "ore"),
    "DKK": money("corona danesa", "ore"), "PLN": Money("esloti", "eslotis", "gros", "gros"),
    "BOB": money("boliviano", "centavo"), "CRC": Money("colón", "colones", "céntimo", "céntimos"),
    "₡": Money("colón", "colones", "céntimo", "céntimos"),
    "GTQ": Money("quetzal", "quetzales", "centavo", "centavos"),
    "VES": Money("bolívar", "bolívares", "céntimo", "céntimos"),
    "₲": Money("guaraní", "guaraníes", "céntimo", "céntimos"),
    **dict.fromkeys(("₿", "BTC"), Money("bitcoin", "bitcoins", "", "")),
    "¢": Money("centavo", "centavos", "", ""),
}  # fmt: skip
