"""The short form of a filter, for people at a keyboard.

    anchor ~ "green tea" and source_rating >= 30 and not is_nofollow
    placement in (content, related) or source_title is null

    filter  = term { "or" term }          term = factor { "and" factor }
    factor  = "not" factor | "(" filter ")" | test
    test    = NAME | NAME op VALUE | NAME "in" "(" VALUE { "," VALUE } ")"
            | NAME "is" ["not"] ("null" | "empty")
    op      = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" (contains, any case) | "!~"
            | "^=" (starts with) | "$=" (ends with) | "~~" (regular expression)

A NAME alone asks for true. VALUE: a number, true, false, a word, or a text in quotes.
"""

from __future__ import annotations

import re
from typing import Any

from linkshed.errors import FilterError

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<op>!=|>=|<=|!~|~~|\^=|\$=|[=<>~(),])"
    r"|(?P<word>[^\s\"'=<>~(),!^$]+))"
)
_OPS = {
    "=": "eq", "!=": "neq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "~": "isubstring",
    "^=": "prefix", "$=": "suffix", "~~": "regex",
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FORM = 'tests joined by and, or, not: NAME = VALUE, NAME ~ "words", NAME >= 30, NAME is null'


def parse_text(text: str) -> dict[str, Any]:
    """The JSON form of a short filter. Raises FilterError with the place of the mistake."""
    parser = _Parser(text)
    found = parser.filter()
    if parser.kind:
        raise parser.wrong("and, or, or the end")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.next()

    def next(self) -> None:
        """Read the next token into ``kind`` (text, op, word or empty) and ``value``."""
        self.start = self.at
        if not self.text[self.at :].strip():
            self.kind, self.value = "", ""
            return
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            self.kind, self.value = "bad", self.text[self.at :].strip()
            raise self.wrong("a name, a value or an operator; quotes must be closed")
        self.at = match.end()
        self.kind = match.lastgroup or ""
        self.value = match[self.kind]

    def wrong(self, wanted: str) -> FilterError:
        column = (
            self.start + 1 + len(self.text[self.start :]) - len(self.text[self.start :].lstrip())
        )
        found = repr(self.value[:40]) if self.kind else "the end"
        return FilterError(
            f"filter {self.text[:200]!r}: {found} at character {column}",
            allowed=wanted,
            repair=f"the form is: {_FORM}",
        )

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.value.lower() in words

    def filter(self) -> dict[str, Any]:
        terms = [self.term()]
        while self.is_word("or"):
            self.next()
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else {"or": terms}

    def term(self) -> dict[str, Any]:
        factors = [self.factor()]
        while self.is_word("and"):
            self.next()
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else {"and": factors}

    def factor(self) -> dict[str, Any]:
        self.depth += 1
        if self.depth > 40:
            raise self.wrong("fewer brackets inside one another")
        try:
            if self.is_word("not"):
                self.next()
                return {"not": self.factor()}
            if self.kind == "op" and self.value == "(":
                self.next()
                inner = self.filter()
                self.expect(")")
                return inner
            return self.test()
        finally:
            self.depth -= 1

    def expect(self, op: str) -> None:
        if self.kind != "op" or self.value != op:
            raise self.wrong(repr(op))
        self.next()

    def test(self) -> dict[str, Any]:
        if self.kind != "word":
            raise self.wrong("the name of a column")
        name = self.value
        self.next()
        if self.is_word("in"):
            self.next()
            return self.membership(name)
        if self.is_word("is"):
            self.next()
            return self.nullness(name)
        if self.kind != "op" or self.value not in (*_OPS, "!~"):
            return {"field": name, "is": ["eq", True]}
        op = self.value
        self.next()
        if op == "!~":
            return {"not": {"field": name, "is": ["isubstring", self.read_value()]}}
        return {"field": name, "is": [_OPS[op], self.read_value()]}

    def membership(self, name: str) -> dict[str, Any]:
        self.expect("(")
        values = [self.read_value()]
        while self.kind == "op" and self.value == ",":
            self.next()
            values.append(self.read_value())
        self.expect(")")
        return {"or": [{"field": name, "is": ["eq", value]} for value in values]}

    def nullness(self, name: str) -> dict[str, Any]:
        is_negated = self.is_word("not")
        if is_negated:
            self.next()
        if not self.is_word("null", "empty"):
            raise self.wrong("null or empty")
        test = {"field": name, "is": "is_null" if self.is_word("null") else "empty"}
        self.next()
        return {"not": test} if is_negated else test

    def read_value(self) -> Any:
        if self.kind not in ("word", "text"):
            raise self.wrong("a value")
        kind, text = self.kind, self.value
        self.next()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return text
