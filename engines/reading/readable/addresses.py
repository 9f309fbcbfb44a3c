"""Addresses of the net, telephone numbers and versions: what is said piece by piece."""

from __future__ import annotations

import re

from engines.reading.files import EXTENSIONS, IN_CAPITALS
from engines.reading.readable.words import Words

Match = re.Match[str]

URL = re.compile(r"\b(?:https?://|ftp://|www\.)\S+", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)++(?::\d{2,5}(?!\d))?")
DOMAIN = re.compile(
    # A host; a file, which folders may stand before.
    r"(?<![\w.@/-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|org|net|edu|gov|io|ai|dev|app|co\.uk|info|eu"
    rf"|es|fr|de|cn|jp|kr|uk|us|ca|mx|ch|be|it|me|tv|{EXTENSIONS}|{IN_CAPITALS})(?![\w-])"
    r"(?::\d{2,5}(?!\d))?(?:/[^\s,;]*)?"
    r"|(?<![\w.@/-])localhost:\d{2,5}(?![\w.-])(?:/[^\s,;]*)?"
    rf"|(?<![\w.@/~-])(?:[\w.~-]{{0,63}}/){{1,8}}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}"
    rf"\.(?:{EXTENSIONS}|{IN_CAPITALS})(?![\w-])"
)
# .gitignore, .env: a name that begins with a full stop.
HIDDEN = re.compile(r"(?:(?<=\s)|^)\.(?=(?:[a-z][\w-]{1,30}|NET)(?![\w-]))")
PHONE = re.compile(
    # With the country's code: +1 212 555 0199
    r"(?<![\w.,/-])\+(?=(?:[ .()-]{0,2}\d){7})[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?![\w/-])"
    # (212) 555-0199, 212-555-0199, 555-1234
    r"|(?<![\w.,/-])(?:(?:\(\d{2,4}\) ?|\d{3}[ .-])\d{3}[.-]|\d{3}-)\d{4}(?![\w/-])"
    r"|(?<![\w.,/-])(?:\(\d{2,4}\) ?|\d{3} )\d{3} \d{4}(?![\w/-])"
    # (91) 555 12 34
    r"|(?<![\w.,/-])\(\d{2,4}\) ?\d{2,4}(?:[ .-]\d{2,4}){1,3}(?![\w/-])"
    # (55) 1234-5678, 11 4321-5678
    r"|(?<![\w.,/-])(?:\(\d{2,4}\) ?|\d{2} )\d{4}[ -]\d{4}(?![\w/-])"
    # 01 23 45 67 89, 600 12 34 56, 600 123 456
    r"|(?<![\w.,/-])\d{1,3}(?:[ .-]\d\d){4}(?![\w/-])"
    r"|(?<![\w.,/-])\d{2,3}[ -]\d{2,3}(?:[ -]\d\d){2}(?![\w/-]|[ -]\d)"
    r"|(?<![\w.,/-])\d{3}(?:[ -]\d{3}){2}(?![\w-]|[,.]\d|\s?[€$£%])"
    r"|(?<![\w.,/-])0\d{2,4}(?: \d{3,4}){2}(?![\w/-])"
    # A number that insures a person in France
    r"|(?<![\w.,/-])[12]( \d\d){3}( \d{3}){2}(?: \d\d)?(?![\w-]|[,.]\d)"
    # A card's number
    r"|(?<![\w.,/-])\d{4}(?: \d{4}){3}(?![\w-]|[,.]\d)"
    # A second hyphen is no range: 1-800-555-0199, 978-3-16-148410-0
    r"|(?<![\w.,/-])\d{1,7}(?:-\d{1,7}){2,}+(?![\w/-])"
    r"|(?<![\w.,/–-])\d(?:–\d){2,4}(?![\w/–-])"
)
VERSION = re.compile(r"(?<![\d.,])\d+(?:\.\d+){2,}+(?::\d{2,5}(?![\d:])|/\d{1,2}(?![\d/]))?(?!\d)")
# A320-200 and i7-9700 are names, no ranges.
MODEL = re.compile(r"(?<![\w.-])([A-Za-z]{1,4}\d{1,4})-(?=\d{3,5}(?!\d|[.,]\d))")
# A port, or the address of a host: digit by digit, wherever they stand.
SINGLY = re.compile(r":(\d{2,5})(?!\d)|(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)")
GROUP = re.compile(r"\d+")
OCTETS = 4  # of an address such as 192.168.1.1


class Addresses:
    """Says addresses and codes with the words of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.signs = {
            "@": words.at, ".": words.dot, "/": words.slash, **words.address
        }  # fmt: skip

    def url(self, found: Match) -> str:
        address = re.sub(r"^(?:\w+://)?(?:www\.)?", "", found[0], flags=re.IGNORECASE)
        end = len(address.rstrip(".,;:!?)]'\""))
        return self.spelled(address[:end].rstrip("/")) + address[end:]

    def domain(self, found: Match) -> str:
        end = len(found[0].rstrip(".,;:!?)]'\"/"))
        return self.spelled(found[0][:end]) + found[0][end:].lstrip("/")

    def email(self, found: Match) -> str:
        return self.spelled(found[0])

    def spelled(self, address: str) -> str:
        out, done = "", 0
        for found in SINGLY.finditer(address):
            out += self.signed(address[done : found.start()]) + self.singly(found)
            done = found.end()
        return out + self.signed(address[done:])

    def singly(self, found: Match) -> str:
        if found[1]:
            return f" {self.signs[':']} {self.words.digits(found[1])} "
        return f" {self.words.dot} ".join(map(self.words.digits, found[2].split(".")))

    def signed(self, address: str) -> str:
        return "".join(
            f" {self.signs[char]} " if char in self.signs else char if char.isalnum() else " "
            for char in address
        )

    def phone(self, found: Match) -> str:
        words = self.words
        groups = GROUP.findall(found[0])
        # '4-3-3' is how a team stands.
        small = all(len(group) < 3 and group[0] != "0" for group in groups)
        small = small and ("-" in found[0] or "–" in found[0])
        say = (lambda group: words.cardinal(group, "")) if small else words.telephone
        plus = f" {words.plus} " if found[0][0] == "+" else " "
        return f"{plus}{', '.join(map(say, groups))} "

    def version(self, found: Match) -> str:
        words = self.words
        written, sign, last = (
            found[0].partition(":") if ":" in found[0] else found[0].partition("/")
        )
        end = f" {self.signs[sign]} {words.digits(last)} " if sign else ""
        parts = written.split(".")
        if all(len(part) == 3 for part in parts[1:]) and re.fullmatch(words.whole, found[0]):
            return found[0]  # an amount
        before = " " if found.string[found.start() - 1 : found.start()].isalpha() else ""
        address = len(parts) == OCTETS and (bool(sign) or any(len(part) == 3 for part in parts))
        if address and all(int(part[:4]) < 256 for part in parts):
            return before + f" {words.dot} ".join(map(words.digits, parts)) + end
        said = [
            words.cardinal(part, "") if part[0] != "0" else words.digits(part) for part in parts
        ]
        return before + f" {words.release_point} ".join(said) + " " + end
