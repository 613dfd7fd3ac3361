"""What is refused of a JSON body before it is parsed; all by scans that run in C."""

import re

from api.http.problems import Refused, one_invalid

STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A string; one that is not closed reaches to the end, so that no place is looked at twice."""
BRACKETS = bytes.maketrans(b"{}", b"[]")
REST = bytes(byte for byte in range(256) if byte not in b"[]{}")
LONG_NUMBER = re.compile(rb"[0-9]{400}")
ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def check_json(body: bytes, deepest: int) -> None:
    """Refuse what no parser should see: other encodings, deep nesting, texts that are none.

    Raises Refused: 400 for bytes that are not UTF-8, 422 for the rest.
    """
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Refused(
            400, "not-utf-8", "Not UTF-8",
            f"The body is not UTF-8: byte {error.start + 1} belongs to no character. Send it in "
            "UTF-8.",
        ) from None  # fmt: skip
    if b"\x00" in body or b"\\u" in body:
        _check_texts(body)
    bare = STRING.sub(b"", body)
    if depth(bare, deepest) > deepest:
        what = f"nests lists and tables more than {deepest} deep."
        raise one_invalid("body", "", what, "Send it as the OpenAPI document describes it.")
    if LONG_NUMBER.search(bare):
        what = "holds a number of 400 digits or more."
        raise one_invalid("body", "", what, "Send amounts as strings of at most 30 digits.")


def depth(bare: bytes, enough: int) -> int:
    """Give how deep brackets nest in JSON without its strings; what is left open counts too.

    Beyond `enough` it is not counted on.
    """
    brackets = bare.translate(BRACKETS, REST)
    found = 0
    while found <= enough and b"[]" in brackets:
        brackets = brackets.replace(b"[]", b"")
        found += 1
    return found + brackets.count(b"[")


def _check_texts(body: bytes) -> None:
    """Refuse the character NUL, and halves of characters: no database keeps them as text."""
    if b"\x00" in body:
        _refuse_text("\\u0000")
    high = -1
    for match in ESCAPE.finditer(body):
        code = int(match[1] or b"20", 16)
        follows = high == match.start()
        if code == 0 or (0xDC00 <= code < 0xE000) != follows:
            _refuse_text(f"\\u{code:04x}")
        high = match.end() if 0xD800 <= code < 0xDC00 else -1
        if high != -1 and body[high : high + 2] != b"\\u":
            _refuse_text(f"\\u{code:04x}")


def _refuse_text(code: str) -> None:
    what = "stands in a text, and is no character by itself."
    raise one_invalid("body", code, what, "Take it out of the text.")
