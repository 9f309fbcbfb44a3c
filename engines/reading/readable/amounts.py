"""Numbers with what belongs to them: money, units, fractions, powers."""

from __future__ import annotations

import re

from engines.reading.readable.words import Money, Words

Match = re.Match[str]

START = r"(?<![\w.,^])(?<!\^-)"  # a number starts here, and not inside a word or another number
UNIT_END = r"(?![\w^]|'\w)"  # in French, 'l' and 'm' before an apostrophe are words
FRACTION = r"(?<![\w./,])(\d{1,3}(?:[.,]\d{1,2})?)/(\d{1,4})"
SCIENTIFIC = r"(?<=\d)[eE]([-+]?\d{1,3})"
UNCOUNTED = ("mille", "mil")  # thousands that run together with their number: 'deux cent mille'
LONGEST_NUMBER = 15  # digits: more than that are an account, not an amount


class Amounts:
    """Says amounts with the words of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        decimal = re.escape(words.decimal)
        number = rf"({words.whole})(?:[{decimal}](\d++)(?![{decimal}]\d))?"
        self.number = re.compile(START + number)
        signs = "|".join(
            rf"(?<![A-Za-z]){re.escape(sign)}(?![A-Za-z])" if sign[0].isalpha() else re.escape(sign)
            for sign in sorted(words.money, key=len, reverse=True)
        )
        scales = "|".join(sorted(words.magnitudes, key=len, reverse=True))
        scale = rf"(?:\s?((?i:{scales}))\b)?"
        mark = rf"(?:{signs})"
        self.has_money = re.compile("|".join(map(re.escape, words.money)))
        early = "".join(rf"(?!{re.escape(code)})" for code in words.after_only)
        self.money_first = re.compile(rf"{early}({signs})\s?{number}{scale}(/(?=[^\W\d_]))?")
        self.money_after = re.compile(
            rf"{START}{number}(?:\s?((?i:{scales})))?\s?({signs})(?!\w)(/(?=[^\W\d_]))?"
        )
        named = {name for money in words.money.values() for name in (money.one, money.many)}
        names = "|".join(sorted(named.union(words.money_names), key=len, reverse=True))
        # '$20 dollars': what is named need not be read of its sign.
        self.money_named = re.compile(
            rf"{mark}\s?(?={number}{scale}\s(?:{names})\b)|(?<=\d)\s?{mark}(?=\s(?:{names})\b)"
        )
        codes = "|".join(code for code in words.money if code.isalpha() and code.isupper())
        # '$1,500 MXN': the code says whose money it is.
        self.money_coded = re.compile(
            rf"[$€£¥]\s?(?={number}{scale}\s?(?:{codes})(?!\w))|(?<=\d)\s?[$€£¥](?=\s?(?:{codes})(?!\w))"
        )
        self.money_minus = re.compile(rf"(?<!\d)(?<!\d )({signs})\s?[-–](?=\d)")
        self.money_range = re.compile(
            rf"({signs})\s?((?:{words.whole})(?:[{decimal}]\d++)?)\s?[-–—]\s?{mark}?\s?(?=\d)"
        )
        # '$2.5M-$3M', '$2.5M-3M'
        self.scaled_range = re.compile(
            rf"({signs})\s?((?:{words.whole})(?:[{decimal}]\d++)?)\s?((?i:{scales}))\s?[-–—]\s?{mark}?\s?(?=\d)"
            rf"|(?<![\w.,])()((?:{words.whole})(?:[{decimal}]\d++)?)\s?((?i:{scales}))\s?({signs})\s?[-–—]\s?(?=\d)"
        )
        self.negative = re.compile(rf"(?<![\w)\]%°^\"'-])[-–](?={mark}?\s?\.?\d)")
        unit = words.units.pattern()
        # 250 mg/5 mL
        per = rf"(?:(?<=[gUI])|(?<=[lL]))(/)(?=\d{{1,4}}\s?(?:[mdc]?[lL]|k?m|h|min){UNIT_END})"
        self.unit = re.compile(rf"{START}{number}\s?({unit}){UNIT_END}(?:{per})?")
        self.fraction = re.compile(rf"{FRACTION}(?:\s?({unit}){UNIT_END}|(?![\w/]|[.,]\d))")
        self.scientific = re.compile(rf"{SCIENTIFIC}(?:\s?({unit}){UNIT_END}|(?!\w|\.\d))")
        self.unit_range = re.compile(rf"(\d\s?({unit}))\s?[-–—]\s?(?=\d++(?:[.,]\d++)?\s?\2(?!\w))")
        self.sides = re.compile(rf"(\d\s?{unit})\s?[x×]\s?(?=\d)")
        self.lone_unit = re.compile(
            rf"(?<![\w./^'-])(?<!\d )(?:{words.units.sure()}){UNIT_END}(?![.'-]\w)"
        )
        self.one_before = re.compile(rf"\b(?:{words.singular})\s?$", re.IGNORECASE)
        self.power = re.compile(rf"\^\(?([-+]?\d{{1,9}})\)?(?:\s?({unit}){UNIT_END})?")
        self.per_unit = re.compile(rf"(?<={re.escape(words.per)} ){unit}{UNIT_END}")
        self.mixed = re.compile(
            rf"{START}(\d{{1,4}}) (\d{{1,2}})/(\d{{1,3}})(?![\w/]|[.,]\d)"
            rf"(?:\s*({unit}){UNIT_END}|\s+([^\W\d_]+))?"
        )
        self.ordinal = re.compile(rf"{START}({words.whole})({words.ordinal_marks})(?!\w)")
        self.ordinal_range = re.compile(
            rf"(?<![\w.,])(\d{{1,3}}(?:{words.ordinal_marks}))\s?[-–—]\s?(?=\d{{1,3}}(?:{words.ordinal_marks})(?!\w))"
        )
        self.bare_fraction = re.compile(rf"(?<![\w.,])[{decimal}](\d++)")

    def money_patterns(self) -> frozenset[re.Pattern[str]]:
        """Those that find nothing in a text without money."""
        early = (self.money_named, self.money_coded, self.money_minus, self.money_range)
        return frozenset((*early, self.scaled_range, self.money_first, self.money_after))

    def plain(self, whole: str) -> str:
        """Digits without what parts the thousands."""
        return whole if whole.isdigit() else "".join(char for char in whole if char.isdigit())

    def cardinal(self, digits: str, after: str = "") -> str:
        lead = len(digits) > 1 and digits[0] == "0"
        if lead or len(digits) > LONGEST_NUMBER:
            return self.words.digits(digits)
        return self.words.cardinal(digits, after)

    def amount(self, whole: str, fraction: str | None, after: str = "") -> str:
        if not fraction or fraction == "00":
            return self.cardinal(self.plain(whole), after)
        spoken = self.cardinal(self.plain(whole))
        return f"{spoken} {self.words.point} {self.words.decimals(fraction, after)}"

    def read_number(self, found: Match) -> str:
        whole, fraction = found[1], found[2]
        after = found.string[found.end() : found.end() + 24]
        if fraction is None and len(whole) == 4 and whole.isdigit() and whole[0] in "12":
            return self.words.year(whole, after)
        return self.amount(whole, fraction, after)

    def read_ordinal(self, found: Match) -> str:
        after = found.string[found.end() : found.end() + 24]
        return self.words.ordinal(self.plain(found[1]), found[2], after)

    def read_unit(self, found: Match) -> str:
        one = self.is_one(found[1], found[2]) or self.is_attributive(found)
        name = self.words.units.read(found[3], one)
        return f"{self.amount(found[1], found[2], name)} {name}" + self.bar_before(found[4])

    def bar_before(self, bar: str | None) -> str:
        return f" {self.words.per} " if bar else ""

    def is_one(self, whole: str, fraction: str | None) -> bool:
        """Whether a thing stands in the singular after this number."""
        if self.words.singular_below_two:
            return whole in ("0", "1")
        return whole == "1" and not fraction

    def is_attributive(self, found: Match) -> bool:
        """Whether an amount describes what follows: 'a 60 W bulb'."""
        before = found.string[max(0, found.start() - 16) : found.start()].split()[-3:]
        if len(before) == 3 and before[2] == self.words.to and before[1][-1:].isdigit():
            before = before[:1]  # 'a 24-70mm lens'
        return bool(before) and before[-1].lstrip("([\"'").lower() in self.words.attributive

    def read_lone_unit(self, found: Match) -> str:
        """In the singular after 'per' and its like, and before its number: 'km 5'."""
        before = found.string[max(0, found.start() - 12) : found.start()]
        numbered = found.string[found.end() :][:2].strip().isdigit()
        return self.words.units.read(found[0], numbered or bool(self.one_before.search(before)))

    def read_unit_alone(self, found: Match) -> str:
        return self.words.units.read(found[0], one=True)

    def read_mixed(self, found: Match) -> str:
        whole, top, bottom = found[1], int(found[2]), int(found[3])
        if not 0 < top < bottom:
            return found[0]
        one = whole == "1" and self.words.counts_whole
        noun = self.words.units.read(found[4], one) if found[4] else found[5] or ""
        return f" {self.words.mixed(whole, top, bottom, noun)}"

    def read_fraction(self, found: Match) -> str:
        known = self.words.known_fractions.get(found[0])
        if known:
            return known
        name = self.words.units.read(found[3]) if found[3] else ""
        if not found[1].isdigit():  # a decimal on top is read by the pass for numbers
            return f"{found[1]} {self.words.over} {self.cardinal(found[2])} {name}".rstrip()
        top, bottom = int(found[1]), int(found[2])
        named = self.words.fraction(top, bottom)
        if named and name:
            return self.words.part_of(top, bottom, self.words.units.read(found[3], one=True))
        over = f"{self.cardinal(found[1])} {self.words.over} {self.cardinal(found[2])} {name}"
        return named or over.rstrip()

    def read_power(self, found: Match) -> str:
        name = self.words.units.read(found[2]) if found[2] else ""
        return f" {self.words.power(found[1].lstrip('+'))} {name} "

    def read_scientific(self, found: Match) -> str:
        ten = self.words.cardinal("10", "")
        name = self.words.units.read(found[2]) if found[2] else ""
        return f" {self.words.times} {ten} {self.words.power(found[1].lstrip('+'))} {name} "

    def read_money(self, found: Match) -> str:
        one = self.is_attributive(found) and not found[5]
        return self.sum_of(found[1], found[2], found[3], found[4], one) + self.bar(found[5])

    def read_money_after(self, found: Match) -> str:
        return self.sum_of(found[4], found[1], found[2], found[3]) + self.bar(found[5])

    def bar(self, bar: str | None) -> str:
        return f"{self.words.per} " if bar else ""

    def read_money_range(self, found: Match) -> str:
        return f"{found[2]} {self.words.to} {found[1]}"

    def parted(self, number: str) -> tuple[str, str | None]:
        """Whole and decimals."""
        found = self.number.fullmatch(number)
        return (found[1], found[2]) if found else (number, None)

    def read_scaled_range(self, found: Match) -> str:
        """The first end in words, the second as it is."""
        if found[1]:
            first = self.sum_of(found[1], *self.parted(found[2]), found[3])
            return f"{first}{self.words.to} {found[1]}"
        return f"{self.sum_of(found[7], *self.parted(found[5]), found[6])}{self.words.to} "

    def sum_of(
        self, sign: str, whole: str, fraction: str | None, scale: str | None, one: bool = False
    ) -> str:
        """`one`: in the singular, as in 'a five million dollar deal'."""
        money = self.words.money[sign]
        if one:
            money = Money(money.one, money.one, money.cent, money.cent)
        digits = self.plain(whole)
        if scale and self.words.magnitudes[scale.lower()][0] in UNCOUNTED and not fraction:
            digits, scale = f"{digits}000", None
        if scale:
            few = self.is_one(digits, fraction)
            magnitude = self.words.magnitudes[scale.lower()][0 if few else 1]
            many = self.words.of_magnitude(magnitude, money.many)
            return f" {self.amount(whole, fraction, magnitude)} {magnitude} {many} "
        cents = (fraction or "").ljust(2, "0")
        if len(cents) > 2 or (int(cents) and not money.cents):  # '$0.005' is no number of cents
            return f" {self.amount(whole, fraction)} {money.many} "
        parts = []
        if int(digits or "0") or not int(cents):
            name = money.one if self.is_one(digits, None) else money.many
            parts.append(f"{self.cardinal(digits, name)} {name}")
        if int(cents):
            number = cents.lstrip("0")
            name = money.cent if number == "1" else money.cents
            parts.append(f"{self.cardinal(number, name)} {name}")
        return f" {f' {self.words.cents_joint} '.join(parts)} "
