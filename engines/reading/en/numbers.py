"""English number words. Any number of digits: past the named powers, digits are read singly."""

from __future__ import annotations

# fmt: off
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
POWERS = (
    "", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion",
    "septillion", "octillion", "nonillion", "decillion",
)
# fmt: on
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
LONGEST = 3 * len(POWERS)  # digits that have a name


def below_hundred(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    return f"{TENS[tens]}-{ONES[ones]}" if ones else TENS[tens]


def below_thousand(number: int, joint: str) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        words.append(below_hundred(rest))
    return joint.join(words)


def cardinal(digits: str, conjunction: str = "") -> str:
    """'1234' -> 'one thousand, two hundred thirty-four'. `digits` are ASCII and not empty."""
    if len(digits.lstrip("0")) > LONGEST:
        return singly(digits)
    number = int(digits)
    if number == 0:
        return ONES[0]
    joint = f" {conjunction} " if conjunction else " "
    words: list[str] = []
    for power in reversed(range(len(POWERS))):
        group = number // 1000**power % 1000
        if not group:
            continue
        if power == 0 and group < 100 and words and conjunction:
            return f"{', '.join(words)}{joint}{below_hundred(group)}"
        spoken = below_thousand(group, joint)
        words.append(f"{spoken} {POWERS[power]}" if power else spoken)
    # Without 'and', a last group under a hundred follows with no comma: 'one thousand one'.
    if not conjunction and len(words) > 1 and 0 < number % 1000 < 100:
        return f"{', '.join(words[:-1])} {words[-1]}"
    return ", ".join(words)


def ordinal(digits: str) -> str:
    """'104' -> 'one hundred and fourth'."""
    words = cardinal(digits, "and")
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    if last in ORDINALS:
        last = ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return words[:cut] + last


def year(number: int) -> str:
    """1066 -> 'ten sixty-six', 1905 -> 'nineteen oh five', 2000 -> 'two thousand'."""
    if number == 2000:
        return "two thousand"
    if 2000 < number < 2010:
        return f"two thousand {ONES[number % 100]}"
    century, rest = divmod(number, 100)
    if rest == 0:
        return f"{below_hundred(century)} hundred"
    return f"{below_hundred(century)} {'oh ' if rest < 10 else ''}{below_hundred(rest)}"


def singly(digits: str) -> str:
    """'555' -> 'five five five'."""
    return " ".join(ONES[int(digit)] for digit in digits)
