"""Bytes of a text file to UTF-8, strictly: what is not in the declared encoding is refused, never replaced."""

import codecs

from expectations.contracts import Contract
from flows.source_errors import SourceError, trouble

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(contract: Contract, name: str, content: bytes) -> bytes:
    """The content in UTF-8 without a byte order mark. Raises `SourceError` naming what the bytes look like."""
    declared = contract.source.encoding
    try:
        kind = codecs.lookup(declared).name
    except LookupError:
        remedy = "Mend `source.encoding` of the contract, for example utf-8, utf-16 or cp1252."
        raise trouble(
            contract, name, f"the contract names an encoding {declared!r} that nobody knows", remedy
        ) from None
    looks = _looks_like(content)
    unicode = kind.startswith("utf")
    if (unicode and looks is not None and not _same_family(kind, looks)) or (not unicode and _is_written_utf8(content)):
        raise _wrong(contract, name, looks or "utf-8")
    if kind in ("utf-8", "utf-8-sig"):
        return _checked_utf8(contract, name, content.removeprefix(codecs.BOM_UTF8))
    try:
        return content.decode(declared).removeprefix("\ufeff").encode()
    except UnicodeDecodeError:
        raise _wrong(contract, name, looks or "another encoding") from None


def _checked_utf8(contract: Contract, name: str, content: bytes) -> bytes:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong(contract, name, f"windows-1252 or another old encoding, first on line {line}") from None
    return content


def _looks_like(content: bytes) -> str | None:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    sample = content[:4096]
    if sample.count(0) > len(sample) // 8:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    return "utf-8" if _is_written_utf8(sample.rsplit(b"\n", 1)[0]) or sample.isascii() else None


def _same_family(declared: str, looks: str) -> bool:
    return declared[:5] == looks[:5]


def _is_written_utf8(content: bytes) -> bool:
    """Valid UTF-8 with letters beyond ASCII: no old encoding makes that by chance."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wrong(contract: Contract, name: str, looks: str) -> SourceError:
    problem = f"it is not in the encoding {contract.source.encoding} that the contract declares; it looks like {looks}"
    return trouble(contract, name, problem, "Save it in the declared encoding, or mend `source.encoding`.")
