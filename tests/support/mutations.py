"""Mutates workbooks: the same seed gives the same file."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

Parts = dict[str, bytes]
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
_ELEMENT = re.compile(rb"<([\w:.-]+)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
_TAG = re.compile(rb"<[\w:.-]+")
_FORMULA = re.compile(rb"<f(?:\s[^<>]*)?>([^<]+)</f>")
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_TEXT = re.compile(rb">([^<>]+)<")
_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"[^<>]*>.*?</c>', re.S)
_PLACE = re.compile(rb"\$?[A-Z]{1,3}\$?[0-9]{1,7}")
_SETTINGS = [
    *(b"", b"0", b"1", b"-1", b"1.5", b"NaN", b"INF", b"1e400", b"true", b"99999999999999999999", b"0x10", b"A1"),
    *(b"ZZZ9999999", b"A0", b"A1:", b":", b"XFD1048576", b"A1:XFD1048576", b"../../../../etc/passwd", b"/etc/passwd"),
    *(b"http://127.0.0.1:9/x", b"&#0;", b"&#x1b;[31m", b"&lt;", b"&nope;", b"\xff\xfe", b"\x1b[2J", b"\x00"),
    *("表".encode(), "\u202e".encode(), b"s", b"str", b"e", b"d", b"inlineStr", b"array", b"shared", b"dataTable"),
    *(b"A" * 300, b"#REF!", b"=1+1", b" ", b"_x0000_", b"_xD800_", b"\xed\xa0\x80", b"4294967296", b"1048577"),
]
_VALUES = [
    *(b"", b"abc", b"1e308", b"-1e308", b"1e-320", b"1e999", b"NaN", b"-0", b"0", b"99999999", b"2958466", b"-1"),
    *(b"123456789012345678901234567890", b"#N/A", b"#DIV/0!", b"TRUE", b"1,5", b" 1 ", "１２３".encode(), b"0.1.2"),
    *(b"&#27;[31m", b"1" * 5000, b"x" * 40000, b"2022-13-45", b"9999-12-31T23:59:59", b"_x001B_[2J", b"100000"),
]
_FORMULAS = [
    *(b"", b"(", b")", b"A1", b"1/0", b"SUM(A:XFD)", b"ROW(1:1048576)", b"NOSUCH(1)", b"[1]Sheet1!A1", b"[9]X!A1"),
    *(b"#REF!", b"#REF!#REF!", b"'", b'"', b'"abc', b"{1,2;3}", b"{", b"A1:B2 B1:C2", b"(A1,B1)", b"-" * 2000 + b"1"),
    *(b"(" * 500 + b"1" + b")" * 500, b"+".join([b"1"] * 4000), b"IF(" * 70 + b"1" + b",1)" * 70, b"LAMBDA(x,x(x))"),
    *(b"LET(a,1,a)", b"SUM(Sheet1:Sheet9!A1)", b"Table1[[#This Row],[x]]", b"XFE1", b"A1048577", b"$A$0", b"@A1:A9"),
    *(b'INDIRECT("A1")', b'HYPERLINK("http://127.0.0.1:9/","x")', b'WEBSERVICE("http://127.0.0.1:9/")', b"A1#"),
    *(b'REPT("x",1e9)', b"SEQUENCE(1048576,16384)", b"10^308*10", b"FACT(1e9)", b'CALL("a","b")', b"OFFSET(A1,-9,0)"),
    *(
        b"PERF_RATE()",
        b"PERF_RATE(1,2,3,4,5,6,7)",
        b"PERF_SCORE_TIERS(2,A:A,A:C)",
        b'DATE(99999,1,1)&TEXT(1e99,"yyyy")',
    ),
    *("未定义".encode(), "'没有'!A1".encode(), b"A1 A1", b",", b"1,,2", b"%", b"1%%%%", b"2^-2^9", b"&quot;\x01&quot;"),
]


def mutated(blob: bytes, seed: int) -> bytes:
    """A workbook with one to three things changed."""
    dice = random.Random(seed)
    if dice.random() < 0.2:
        for _ in range(dice.randint(1, 3)):
            blob = dice.choice(_OF_BYTES)(blob, dice)
        return blob
    parts = read_parts(blob)
    for _ in range(dice.randint(1, 3)):
        change = dice.choice(_OF_PARTS) if dice.random() < 0.15 else _inside
        parts = change(parts, dice) or parts
    return zipped(parts, dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def read_parts(blob: bytes) -> Parts:
    """The parts of a sound workbook."""
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(
    parts: Mapping[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED, level: int = 1
) -> bytes:
    """A zip of these parts, whatever their names are, twice the same if need be."""
    bodies, records, offset = [], [], 0
    for name, content in parts.items() if isinstance(parts, Mapping) else parts:
        raw, crc = name.encode("utf-8", "surrogatepass"), zlib.crc32(content)
        deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
        data = deflate.compress(content) + deflate.flush() if method == zipfile.ZIP_DEFLATED else content
        fields = struct.pack("<HHHHHIIIHH", 20, 0x800, method, 0, 33, crc, len(data), len(content), len(raw), 0)
        bodies.append(b"PK\3\4" + fields + raw + data)
        records.append(b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, offset) + raw)
        offset += len(bodies[-1])
    directory = b"".join(records)
    end = struct.pack("<HHHHIIH", 0, 0, len(records), len(records), len(directory), offset, 0)
    return b"".join((*bodies, directory, b"PK\5\6", end))


def _flip(blob: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(blob)
    for _ in range(dice.choice((1, 1, 2, 5, 20)) if damaged else 0):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def _flip_structure(blob: bytes, dice: random.Random) -> bytes:
    """Bytes of zip headers, the directory or its end."""
    damaged = bytearray(blob)
    starts = [m.start() for m in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", blob)] or [0]
    for _ in range(dice.randint(1, 3)):
        place = dice.choice(starts) + dice.randrange(46)
        if place < len(damaged):
            damaged[place] = dice.choice((0, 1, 0xFF, dice.randrange(256)))
    return bytes(damaged)


def _cut(blob: bytes, dice: random.Random) -> bytes:
    return blob[: dice.randrange(len(blob) + 1)]


def _move(blob: bytes, dice: random.Random) -> bytes:
    """A stretch taken out, doubled, blanked, or put elsewhere."""
    start = dice.randrange(len(blob) + 1)
    stretch = blob[start : start + dice.choice((1, 16, 300, 5000))]
    rest = blob[:start] + blob[start + len(stretch) :]
    place = dice.randrange(len(rest) + 1)
    return dice.choice((rest, blob[:start] + stretch + blob[start:], rest[:place] + stretch + rest[place:]))


def _pad(blob: bytes, dice: random.Random) -> bytes:
    return dice.choice((b"MZ" + blob, blob + b"\0" * 70, blob + blob, blob[:4] + blob, b"\xef\xbb\xbf" + blob))


def _remove(parts: Parts, dice: random.Random) -> Parts:
    name = dice.choice(list(parts))
    return {other: content for other, content in parts.items() if other != name}


def _swap(parts: Parts, dice: random.Random) -> Parts:
    one, other = dice.choice(list(parts)), dice.choice(list(parts))
    return {**parts, one: parts[other], other: parts[one]}


def _copy_over(parts: Parts, dice: random.Random) -> Parts:
    return {**parts, dice.choice(list(parts)): parts[dice.choice(list(parts))]}


def _rename(parts: Parts, dice: random.Random) -> Parts:
    name = dice.choice(list(parts))
    new = dice.choice((name.upper(), f"../{name}", f"/{name}", name.replace("/", "\\"), f"x/{name}", "a" * 4000, ""))
    return {new if other == name else other: content for other, content in parts.items()}


def _add(parts: Parts, dice: random.Random) -> Parts:
    name = dice.choice(("_xmlsignatures/a", "xl/worksheets/", "xl/vbaProject.bin", "EncryptedPackage", "x.xml"))
    return {**parts, name: dice.choice((b"", b"<a/>", bytes(100)))}


def _recode(parts: Parts, dice: random.Random) -> Parts:
    name = dice.choice(_texts(parts))
    text = parts[name].decode("utf-8", "replace")
    kinds = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "gb18030")
    return {**parts, name: text.encode(dice.choice(kinds), "replace")}


def _broken(parts: Parts, dice: random.Random) -> Parts:
    name = dice.choice(_texts(parts))
    content = parts[name]
    return {**parts, name: dice.choice((b"", _cut(content, dice), _flip(content, dice), _move(content, dice), b"<a/>"))}


def _texts(parts: Parts) -> list[str]:
    return [name for name in parts if name.endswith((".xml", ".rels"))] or list(parts)


def _inside(parts: Parts, dice: random.Random) -> Parts:
    """Something changed inside of one part of XML, mostly one that matters."""
    names = _texts(parts)
    first = [
        name for name in names if re.search(r"workbook|sharedStrings|Content_Types|_rels/\.rels|table|custom", name)
    ]
    sheets = [name for name in names if "worksheets/" in name]
    name = dice.choice(dice.choice((first, sheets, sheets, names)) or names)
    return {**parts, name: dice.choice(_OF_XML)(parts[name], dice)}


def _replaced(pattern: re.Pattern[bytes], content: bytes, dice: random.Random, *new: bytes, group: int = 1) -> bytes:
    """A match, or now and then twenty of them, with other text."""
    found = list(pattern.finditer(content))
    for match in sorted(dice.sample(found, min(len(found), dice.choice((1, 1, 1, 20)))), key=lambda m: -m.start()):
        content = content[: match.start(group)] + dice.choice(new) + content[match.end(group) :]
    return content


def _attribute(content: bytes, dice: random.Random) -> bytes:
    others = [match[2] for match in _ATTRIBUTE.finditer(content[:20_000])] or [b""]
    return _replaced(_ATTRIBUTE, content, dice, dice.choice(_SETTINGS), dice.choice(others), group=2)


def _attribute_out(content: bytes, dice: random.Random) -> bytes:
    return _replaced(_ATTRIBUTE, content, dice, b"", b"x", b'r="A1" r="A2"', b"a=1", b'x:y="1"', group=0)


def _element(content: bytes, dice: random.Random) -> bytes:
    """An element taken out, doubled or exchanged for another."""
    found = list(_ELEMENT.finditer(content))
    if not found:
        return content
    match, other = dice.choice(found), dice.choice(found)
    new = dice.choice((b"", match[0] * 2, other[0], b"<!-- -->" + match[0], b"<x>" * 2000 + b"</x>" * 2000))
    return content[: match.start()] + new + content[match.end() :]


def _tag(content: bytes, dice: random.Random) -> bytes:
    return _replaced(_TAG, content, dice, b"<x", b"<sheet", b"<c", b"<", b"<row", b"<f", b"<v", b"</x", group=0)


def _formula(content: bytes, dice: random.Random) -> bytes:
    return _replaced(_FORMULA, content, dice, *dice.sample(_FORMULAS, 3))


def _formula_text(content: bytes, dice: random.Random) -> bytes:
    """A formula with a few characters changed."""
    found = list(_FORMULA.finditer(content))
    if not found:
        return content
    match = dice.choice(found)
    text = bytearray(match[1])
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(text) + 1)
        text[place : place + dice.randrange(3)] = dice.choice(
            (b"(", b")", b",", b"!", b"'", b":", b" ", b"#", b"1", b"[", b"}")
        )
    return content[: match.start(1)] + bytes(text) + content[match.end(1) :]


def _reference(content: bytes, dice: random.Random) -> bytes:
    new = (b"ZZZ1", b"A9999999", b"XFD1048576", b"A1", b"B2:B1", b"A:A", b"1:1", b"$A$1")
    return _replaced(_PLACE, content, dice, *new, group=0)


def _value(content: bytes, dice: random.Random) -> bytes:
    return _replaced(_VALUE, content, dice, *dice.sample(_VALUES, 3))


def _cell(content: bytes, dice: random.Random) -> bytes:
    new = (
        b"",
        b'<c r="A1"/>',
        b"<c/>",
        b"<c><f/></c>",
        b'<c t="s"><v>0</v></c>',
        b"<v>1</v>",
        b'<c r="A1" t="e"><v>#REF!</v></c>',
    )
    return _replaced(_CELL, content, dice, *new, group=0)


def _text(content: bytes, dice: random.Random) -> bytes:
    return _replaced(_TEXT, content, dice, *dice.sample(_VALUES, 2), *dice.sample(_SETTINGS, 2))


def _declared(content: bytes, dice: random.Random) -> bytes:
    """Declarations that have no place in a workbook."""
    laughs = b'<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "x">]>'
    outside = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'
    encoding = b'<?xml version="1.0" encoding="gb2312"?>'
    return (
        dice.choice((laughs, outside, encoding, b"<?xml version='1.1'?>", b"<?x y?>", b"\xef\xbb\xbf", b" ")) + content
    )


_OF_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _flip_structure, _cut, _move, _pad)
_OF_PARTS: tuple[Callable[[Parts, random.Random], Parts], ...] = (
    *(_remove, _swap, _copy_over, _rename, _add, _recode, _broken),
)
_OF_XML: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_attribute, _attribute, _attribute_out, _element, _tag, _formula, _formula, _formula_text, _reference),
    *(_value, _value, _cell, _text, _declared),
)
