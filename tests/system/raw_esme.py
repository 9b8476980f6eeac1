"""An ESME of a few lines for tests: blocking, one PDU at a time, octets as they are."""

import socket
import struct

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 1, 2, 9
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK, DATA_SM = 4, 5, 6, 0x15, 0x103
RESPONSE = GENERIC_NACK = 0x80000000

RECEIPTED_MESSAGE_ID, USER_MESSAGE_REFERENCE, MESSAGE_STATE = 0x001E, 0x0204, 0x0427
MESSAGE_PAYLOAD, CONGESTION_STATE, SC_INTERFACE_VERSION = 0x0424, 0x0428, 0x0210


class Pdu:
    def __init__(self, octets):
        self.command, self.status, self.sequence = struct.unpack(">III", octets[:12])
        self.body = octets[12:]

    def message_id(self):
        """Of a submit_sm_resp."""
        return self.body.split(b"\0")[0].decode()

    def response_tlvs(self):
        """Of a response whose body begins with one text."""
        return read_tlvs(self.body[self.body.index(b"\0") + 1:])


def read_tlvs(octets):
    """{tag: value}"""
    tlvs = {}
    while octets:
        tag, length = struct.unpack(">HH", octets[:4])
        tlvs[tag], octets = octets[4:4 + length], octets[4 + length:]
    return tlvs


class Delivery:
    """The body of a deliver_sm or data_sm."""

    def __init__(self, pdu):
        self.at, self.octets = 0, pdu.body
        self._text()
        self.source = self._address()
        self.destination = self._address()
        if pdu.command == DATA_SM:
            self.esm_class, _, self.data_coding = self._take(3)
            self.short_message = b""
        else:
            self.esm_class, _, _ = self._take(3)
            self._text()
            self._text()
            _, _, self.data_coding, _, length = self._take(5)
            self.short_message = self._take(length)
        self.tlvs = read_tlvs(self.octets[self.at:])

    def _take(self, count):
        self.at += count
        return self.octets[self.at - count:self.at]

    def _text(self):
        end = self.octets.index(b"\0", self.at)
        text, self.at = self.octets[self.at:end], end + 1
        return text.decode()

    def _address(self):
        self._take(2)
        return self._text()


class Esme:
    def __init__(self, port, deadline_s=20, tls=None, host="127.0.0.1"):
        """`tls`: a context of the ssl module, which checks for this host."""
        self.socket = socket.create_connection((host, port), deadline_s)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        self.file = self.socket.makefile("rb")
        self.sequence = 0

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, command, body=b"", sequence=None, status=0):
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        self.socket.sendall(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)
        return sequence

    def read(self):
        length, = struct.unpack(">I", self.file.read(4))
        return Pdu(self.file.read(length - 4))

    def read_end(self):
        """How the peer ends the connection, and what it said before."""
        said = b""
        try:
            while octets := self.file.read1():
                said += octets
            return "closed", said
        except ConnectionResetError:
            return "reset", said

    def bind(self, password, command=BIND_TRANSCEIVER, system_id="demo", system_type="",
             version=0x34):
        self.send(command, b"".join(
            text.encode() + b"\0" for text in (system_id, password, system_type))
            + bytes([version, 0, 0, 0]))
        return self.read()

    def submit(self, destination="491700000001", text=b"hello", registered_delivery=1, tlvs=b"",
               source=(5, 0, "SALVO")):
        """Its sequence number; the answer is not read."""
        ton, npi, address = source
        return self.send(SUBMIT_SM, b"\0" + bytes([ton, npi]) + address.encode() + b"\0\1\1"
                         + destination.encode() + b"\0\0\0\0\0\0"
                         + bytes([registered_delivery, 0, 0, 0, len(text)]) + text + tlvs)

    def acknowledge(self, pdu, status=0):
        self.send(pdu.command | RESPONSE, b"\0", pdu.sequence, status)
