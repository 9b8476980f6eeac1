"""Capture files of what a raw ESME and its SMSC said to each other."""

import struct

import raw_esme

CLIENT, SERVER = (0x0A000001, 40000), (0x0A000002, 2775)  # addresses of a private network
RAW_IP = 101  # what libpcap calls packets that begin with IP


class RecordedEsme(raw_esme.Esme):
    """Remembers its PDUs."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.said = []  # (whether by us, octets)

    def send(self, command, body=b"", sequence=None, status=0):
        sequence = super().send(command, body, sequence, status)
        self.said.append((True, pdu_of(command, status, sequence, body)))
        return sequence

    def read(self):
        pdu = super().read()
        self.said.append((False, pdu_of(pdu.command, pdu.status, pdu.sequence, pdu.body)))
        return pdu

    def write_capture(self, path):
        at = {True: 1, False: 1}  # in each direction's octets
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP))
            for number, (by_us, octets) in enumerate(self.said):
                packet = packet_of(by_us, at[by_us], octets)
                at[by_us] += len(octets)
                file.write(struct.pack("<IIII", number, 0, len(packet), len(packet)) + packet)


def pdu_of(command, status, sequence, body):
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def packet_of(by_us, at, payload):
    """TCP over IPv4, without checksums."""
    (source, source_port), (destination, port) = (CLIENT, SERVER) if by_us else (SERVER, CLIENT)
    tcp = struct.pack(">HHIIBBHHH", source_port, port, at, 0, 0x50, 0x18, 65535, 0, 0)
    ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, source, destination)
    return ip + tcp + payload
