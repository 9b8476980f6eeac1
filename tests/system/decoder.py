"""Reads messages back from what an SMSC was given: written from the specifications (3GPP TS 23.038,
23.040; SMPP 3.4), and on purpose not from Salvo's sources."""

import struct

# 3GPP TS 23.038, 6.2.1: the default alphabet, code 0 first, sixteen codes a line.
DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
# 6.2.1.1: behind an escape.
EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~",
             0x3E: "]", 0x40: "|", 0x65: "€"}
ESCAPE = 0x1B
ESCAPED = set(EXTENSION.values())
SINGLE = set(DEFAULT) - {"\x1b"}

GSM7, UCS2 = 0, 8

TAG_SAR_REFERENCE, TAG_SAR_TOTAL, TAG_SAR_SEQUENCE = 0x020C, 0x020E, 0x020F
TAG_PAYLOAD = 0x0424


def decode_gsm7(octets):
    """Unpacked septets; an escape that ends a part is an error, for it was torn off."""
    text = ""
    at = 0
    while at < len(octets):
        code = octets[at]
        at += 1
        if code == ESCAPE:
            text += EXTENSION[octets[at]]
            at += 1
        else:
            text += DEFAULT[code]
    return text


def decode(octets, data_coding):
    if data_coding == GSM7:
        return decode_gsm7(octets)
    if data_coding == UCS2:
        return octets.decode("utf-16-be")  # strict: half a surrogate pair is an error
    raise ValueError(f"data_coding {data_coding}")


def parse_tlvs(octets):
    tlvs = {}
    while octets:
        tag, length = struct.unpack(">HH", octets[:4])
        tlvs[tag] = octets[4:4 + length]
        assert len(tlvs[tag]) == length
        octets = octets[4 + length:]
    return tlvs


class Part:
    """One submission: its place in a message, and its text."""

    def __init__(self, line):
        octets = bytes.fromhex(line["message_hex"])
        tlvs = parse_tlvs(bytes.fromhex(line.get("tlv_hex", "")))
        self.to = line["dest"]
        self.time = line["t_ns"]
        self.bind = line["bind"]
        self.data_coding = line["data_coding"]
        self.kind, self.reference, self.total, self.sequence = "whole", None, 1, 1
        if line["esm_class"] & 0x40:
            length = octets[0]
            self._read_header(octets[1:1 + length])
            octets = octets[1 + length:]
        elif TAG_SAR_REFERENCE in tlvs:
            self.kind = "sar"
            self.reference = int.from_bytes(tlvs[TAG_SAR_REFERENCE], "big")
            self.total = tlvs[TAG_SAR_TOTAL][0]
            self.sequence = tlvs[TAG_SAR_SEQUENCE][0]
        elif TAG_PAYLOAD in tlvs:
            self.kind = "payload"
            assert octets == tlvs[TAG_PAYLOAD]
        self.octets = len(octets)
        self.text = decode(octets, self.data_coding)

    def _read_header(self, header):
        element, length = header[0], header[1]
        body = header[2:2 + length]
        assert len(header) == 2 + length, "one information element and no more"
        if element == 0x00:
            self.kind = "udh8"
            self.reference, self.total, self.sequence = body
        elif element == 0x08:
            self.kind = "udh16"
            self.reference, self.total, self.sequence = struct.unpack(">HBB", body)
        else:
            raise ValueError(f"information element {element}")


def reassemble(lines):
    """By number: the text of its one message, and the parts it came in."""
    messages = {}
    for line in lines:
        part = Part(line)
        messages.setdefault(part.to, []).append(part)
    whole = {}
    for to, parts in messages.items():
        assert len({(p.kind, p.reference, p.total) for p in parts}) == 1, to
        assert [p.sequence for p in parts] == list(range(1, parts[0].total + 1)), to
        whole[to] = ("".join(p.text for p in parts), parts)
    return whole


def units_gsm7(text):
    """Septets of each character; None when one has no code."""
    units = []
    for character in text:
        if character in ESCAPED:
            units.append(2)
        elif character in SINGLE:
            units.append(1)
        else:
            return None
    return units


def units_ucs2(text):
    return [2 if ord(character) > 0xFFFF else 1 for character in text]


def count_parts(units, single, part):
    """The fewest parts, none of which splits a character. As characters keep their order, filling
    each part as far as it goes is the best that can be done."""
    if sum(units) <= single:
        return 1
    parts, room = 1, part
    for unit in units:
        if unit > room:
            parts, room = parts + 1, part
        room -= unit
    return parts


def least_segments(text, kind):
    """Over GSM 7-bit and UCS-2, for texts split with that kind of concatenation."""
    less = 1 if kind == "udh16" else 0
    counts = [count_parts(units_ucs2(text), 70, 67 - less)]
    septets = units_gsm7(text)
    if septets is not None:
        counts.append(count_parts(septets, 160, 153 - less))
    return min(counts)
