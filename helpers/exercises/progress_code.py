"""A learner's progress as a short text without a name, which survives chat and e-mail, and back.

The code is one large number, written with the 32 symbols of Douglas Crockford, who left out I, L, O and U.
Each check is a digit of it: whether it was passed, and which mistake was met most. Around it stand how long
the code is, which version of the course it belongs to, some symbols drawn at random, so that a copy can be
told from another learner's code, and a remainder that shows when something was mistyped.
"""

import re
import secrets
import zlib

from helpers import CourseError
from helpers.exercises.mistakes import OTHER, known

MARK = "MYCNN"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MEANT = str.maketrans("OIL", "011")
GROUP = 5  # symbols of 5 bits each
VERSION_BITS, RANDOM_BITS, REMAINDER_BITS = 15, 20, 10
PRIME = 1021  # below 2 ** 10: one wrong symbol, or two swapped, always change the remainder


def write(passed, met):
    """Write a code: `passed` are names of checks, `met` is check -> the mistake met most."""
    number = 0
    for check, mistakes in reversed(_digits()):
        mistake = met.get(check)
        place = mistakes.index(mistake if mistake in mistakes else OTHER)
        number = (number * len(mistakes) + place) * 2 + (check in passed)
    for value, bits in ((_version(), VERSION_BITS), (secrets.randbits(RANDOM_BITS), RANDOM_BITS)):
        number = (number << bits) + value
    number <<= REMAINDER_BITS
    groups = -(-(number.bit_length() + 5) // (5 * GROUP))  # the first symbol says how many there are
    number += groups << 5 * (GROUP * groups - 1)
    number += -number % PRIME
    symbols = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(GROUP * groups)))
    return "-".join([MARK, *re.findall("." * GROUP, symbols)])


def find(text):
    """Find the codes in a text, each once, whatever stands around and between their symbols."""
    _, *pieces = re.split(MARK, text, flags=re.IGNORECASE)
    found = {}
    for piece in pieces:
        symbols = "".join(filter(str.isalnum, piece)).upper().translate(MEANT)
        found[symbols[: GROUP * max(ALPHABET.find(symbols[:1]), 1)]] = None
    return [*found]


def read(symbols):
    """Read a code that was found: (names of passed checks, check -> the mistake met most)."""
    name, remedy = f"{MARK}-{symbols[:GROUP]}...", "Ask its owner to run checks.progress() and send it again."
    try:
        number = sum(ALPHABET.index(symbol) << 5 * at for at, symbol in enumerate(reversed(symbols)))
        whole = len(symbols) == GROUP * ALPHABET.index(symbols[0])
    except (ValueError, IndexError):
        whole = False
    if not whole or number % PRIME:
        raise CourseError("a complete code", f"{name}, in which a symbol is wrong or missing", remedy)
    number -= ALPHABET.index(symbols[0]) << 5 * (len(symbols) - 1)
    number >>= REMAINDER_BITS + RANDOM_BITS
    number, version = number >> VERSION_BITS, number % 2**VERSION_BITS
    if version != _version():
        raise CourseError("a code of this version of the course", f"{name}, of another version", remedy)
    passed, met = set(), {}
    for check, mistakes in _digits():
        number, is_passed = divmod(number, 2)
        number, place = divmod(number, len(mistakes))
        passed |= {check} if is_passed else set()
        met |= {check: mistakes[place]} if place else {}
    return passed, met


def _digits():
    """Lay out the digits of the number, the lowest first: each check with the mistakes that it counts."""
    return [(check, [None, OTHER, *entry.sentences]) for check, entry in known().items()]


def _version():
    """Tell courses apart by the names of their checks and mistakes; other sentences do not matter."""
    return zlib.crc32(repr(_digits()).encode()) % 2**VERSION_BITS
