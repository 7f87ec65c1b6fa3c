"""Bytes -> text, as browsers do it (WHATWG Encoding and HTML standards, section 13.2.3)."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_LATIN = {"ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "cp1252",
          "x-cp1252", "ansi_x3.4-1968", "iso_8859-1"}  # fmt: skip
_OTHER_NAMES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "shift_jis": "cp932",
    "x-sjis": "cp932", "sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-8859-9": "cp1254", "latin5": "cp1254", "tis-620": "cp874", "big5": "big5hkscs",
    "x-user-defined": "cp1252", "unicode": "utf-16-le", "utf8": "utf-8",
}  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_PRESCAN_BYTES = 4096


def decode(body: bytes, content_type: str) -> tuple[str, str]:
    """The text of a body and the encoding used: byte order mark, header, declaration in the page,
    else UTF-8 when valid, else windows-1252. Never fails: what cannot be decoded becomes U+FFFD."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    declared = _known(_in_header(content_type)) or _known(_in_body(body))
    if declared and declared != "utf-8":
        return body.decode(declared, "replace"), declared
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        fallback = declared or "windows-1252"
        return body.decode(fallback, "replace"), fallback


def _in_header(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def _in_body(body: bytes) -> str:
    head = body[:_PRESCAN_BYTES]
    found = _XML.search(head) or _META.search(head)
    name = found[1].decode("ascii", "replace") if found else ""
    return "utf-8" if name.lower().startswith("utf-16") else name


def _known(label: str) -> str:
    label = label.strip().lower()
    if label in _LATIN:
        return "windows-1252"
    try:
        name = codecs.lookup(_OTHER_NAMES.get(label, label)).name
        "".encode(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return name
