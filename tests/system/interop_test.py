"""salvo send against an SMSC that nobody here wrote: what that decoded is what the campaign says."""

import datetime
import unittest

import decoder
import node_peer
import support
import text_test

# What a submit_sm of the account below is to the peer, but its length, sequence number and text.
PLAIN = {
    "command": "submit_sm", "command_id": 4, "command_status": 0, "service_type": "",
    "source_addr_ton": 5, "source_addr_npi": 0, "source_addr": "SALVO", "dest_addr_ton": 1,
    "dest_addr_npi": 1, "esm_class": 0, "protocol_id": 0, "priority_flag": 0,
    "schedule_delivery_time": "", "validity_period": "", "registered_delivery": 0,
    "replace_if_present_flag": 0, "data_coding": 0, "sm_default_msg_id": 0,
}
UDH = 0x40
# Every kind of text at every length there is.
ROWS = 7 * 16


class Part:
    """One submission as the package decoded it: its place in a message, and its text."""

    def __init__(self, pdu):
        self.kind, self.reference, self.total, self.sequence = "whole", None, 1, 1
        message = pdu["short_message"]
        self.text = message["message"]
        if "message_payload" in pdu:
            assert message == {"message": ""}, message
            self.kind, self.text = "payload", pdu["message_payload"]["message"]
        if "sar_msg_ref_num" in pdu:
            self.kind, self.reference = "sar", pdu["sar_msg_ref_num"]
            self.total, self.sequence = pdu["sar_total_segments"], pdu["sar_segment_seqnum"]
        assert pdu["esm_class"] == (UDH if "udh" in message else 0), pdu
        if "udh" in message:
            element, = message["udh"]
            octets = bytes.fromhex(element["hex"])
            self.kind = {b"\x00\x03": "udh8", b"\x08\x04": "udh16"}[octets[:2]]
            self.reference = octets[2:-2]
            self.total, self.sequence = octets[-2:]


def reassemble(pdus):
    """By number: the text of its one message, and the parts it came in."""
    messages = {}
    for pdu in pdus:
        messages.setdefault(pdu["destination_addr"], []).append(Part(pdu))
    for to, parts in messages.items():
        assert len({(p.kind, p.reference, p.total) for p in parts}) == 1, to
        assert [p.sequence for p in parts] == list(range(1, parts[0].total + 1)), to
        messages[to] = ("".join(p.text for p in parts), parts)
    return messages


class Case(node_peer.Case):
    def send_to(self, server, campaign, code=0, **keys):
        done = self.send(campaign, "--account", self.account(server.port, **keys), "--json",
                         "--results", self.path("results.csv"))
        self.assertEqual(done.code, code, done.stderr)
        server.sync()
        self.assertEqual(server.errors(), [])
        return done

    def send_row(self, server, text="Hello", to="+491700000001", columns=None, **keys):
        """The one submission of a campaign with one row."""
        columns = columns or {}
        campaign = self.campaign([(to, text, *columns.values())],
                                 header=("to", "text", *columns))
        before = len(server.pdus("submit_sm"))
        self.send_to(server, campaign, **keys)
        pdu, = server.pdus("submit_sm")[before:]
        return pdu


class Texts(Case):
    def check(self, kind):
        server = self.server()
        texts = text_test.mixed_texts()[:ROWS]
        numbers = [number.lstrip("+") for number in support.numbers(len(texts))]
        self.send_to(server, self.campaign(zip(numbers, texts)), concatenation=kind, binds=2,
                     window=50)
        pdus = server.pdus("submit_sm")
        messages = reassemble(pdus)
        billed = {result["to"]: int(result["segments"]) for result in self.results()}
        for number, text in zip(numbers, texts):
            whole, parts = messages[number]
            least = decoder.least_segments(text, kind)
            self.assertEqual(whole, text)
            self.assertEqual(billed[number], least, text)
            self.assertEqual(len(parts), 1 if kind == "payload" else least, text)
            if least > 1:
                self.assertEqual({part.kind for part in parts}, {kind})
        self.assertEqual({pdu["data_coding"] for pdu in pdus}, {decoder.GSM7, decoder.UCS2})
        self.check_ids()

    def check_ids(self):
        """Each row has as many of the peer's ids as it has parts, and no two share one."""
        ids = [result["message_ids"].split(" ") for result in self.results()]
        flat = [number for of_row in ids for number in of_row]
        self.assertEqual(sorted(flat), sorted(f"node-{i + 1}" for i in range(len(flat))))

    def test_come_whole_with_an_8_bit_reference(self):
        self.check("udh8")

    def test_come_whole_with_a_16_bit_reference(self):
        self.check("udh16")

    def test_come_whole_with_sar_parameters(self):
        self.check("sar")

    def test_come_whole_as_payload(self):
        self.check("payload")

    def test_of_every_alphabet_are_told_by_their_data_coding(self):
        server = self.server()
        for text, data_coding in (("Hello @£$ äöü", 0), ("{[~]}|\\^€", 0), ("Ça va?", 0),
                                  ("ça va?", 8), ("Привет", 8), ("مرحبا", 8), ("👍🏽🇩🇪", 8)):
            pdu = self.send_row(server, text)
            self.assertEqual(node_peer.fields(pdu), PLAIN | {
                "destination_addr": "491700000001", "data_coding": data_coding,
                "short_message": {"message": text}})

    def test_go_as_latin1_where_that_is_wanted(self):
        pdu = self.send_row(self.server(), "ça coûte 5 ¢", encodings=["latin1"])
        self.assertEqual(pdu["data_coding"], 3)
        self.assertEqual(pdu["short_message"], {"message": "ça coûte 5 ¢"})


class Fields(Case):
    def test_of_the_account_arrive(self):
        server = self.server()
        before = datetime.datetime.now(datetime.timezone.utc)
        pdu = self.send_row(
            server, "Привет", service_type="CMT", validity="24h", registered_delivery=0x11,
            esm_mode=1, protocol_id=0x41, priority=3, source_addr="1234567", source_ton=2,
            source_npi=8, dest_ton=4, dest_npi=9, data_coding__ucs2=0x18)
        after = datetime.datetime.now(datetime.timezone.utc)
        # The package makes a date of a relative time.
        valid_until = datetime.datetime.fromisoformat(pdu["validity_period"].replace("Z", "+00:00"))
        day, rounding = datetime.timedelta(hours=24), datetime.timedelta(milliseconds=1)
        self.assertLessEqual(before - rounding, valid_until - day)
        self.assertLessEqual(valid_until - day, after)
        self.assertEqual(node_peer.fields(pdu), PLAIN | {
            "service_type": "CMT", "source_addr_ton": 2, "source_addr_npi": 8,
            "source_addr": "1234567", "dest_addr_ton": 4, "dest_addr_npi": 9,
            "destination_addr": "491700000001", "esm_class": 1, "protocol_id": 0x41,
            "priority_flag": 3, "validity_period": pdu["validity_period"],
            "registered_delivery": 0x11, "data_coding": 0x18,
            "short_message": {"message": "Привет"}})

    def test_of_addresses_are_told_from_how_they_look(self):
        server = self.server()
        for sender, ton, npi in (("SALVO", 5, 0), ("+49170123456", 1, 1), ("72727", 3, 0)):
            pdu = self.send_row(server, columns={"from": sender})
            self.assertEqual((pdu["source_addr"], pdu["source_addr_ton"], pdu["source_addr_npi"]),
                             (sender.lstrip("+"), ton, npi))
        pdu = self.send_row(server, to="72727")
        self.assertEqual((pdu["destination_addr"], pdu["dest_addr_ton"], pdu["dest_addr_npi"]),
                         ("72727", 3, 0))

    def test_of_rows_and_accounts_become_parameters(self):
        pdu = self.send_row(
            self.server(), tlv__0x1400="1101456780000031234", tlv__payload_type=1,
            columns={"tlv:0x1401": "1107160000000012345", "tlv:user_message_reference": "513",
                     "tlv:0x1402": "1002"})
        self.assertEqual(node_peer.fields(pdu), PLAIN | {
            "destination_addr": "491700000001", "short_message": {"message": "Hello"},
            str(0x1400): node_peer.octets(b"1101456780000031234".hex()),
            str(0x1401): node_peer.octets(b"1107160000000012345".hex()),
            str(0x1402): node_peer.octets(b"1002".hex()),
            "payload_type": 1, "user_message_reference": 513})

    def test_of_parameters_come_with_every_part(self):
        for kind in ("udh8", "udh16", "sar", "payload"):
            server = self.server()
            campaign = self.campaign([("+491700000001", "x" * 400, "1107160000000012345")],
                                     header=("to", "text", "tlv:0x1401"))
            self.send_to(server, campaign, concatenation=kind)
            pdus = server.pdus("submit_sm")
            self.assertEqual(len(pdus), 1 if kind == "payload" else 3)
            for pdu in pdus:
                self.assertEqual(pdu[str(0x1401)],
                                 node_peer.octets(b"1107160000000012345".hex()))


class Answers(Case):
    def test_that_refuse_a_message_are_told_by_name(self):
        refused = {"491700000001": (0x58, "ESME_RTHROTTLED"),
                   "491700000002": (0x0B, "ESME_RINVDSTADR"), "491700000003": (0x4FF, "ESME_RVENDOR")}
        server = self.server(refuse={to: status for to, (status, _) in refused.items()})
        campaign = self.campaign((to, "x") for to in (*refused, "491700000004"))
        self.send_to(server, campaign, code=6, retry__max_age="0")
        self.assertEqual({result["to"]: (result["outcome"], int(result["status"]),
                                         result["status_name"]) for result in self.results()},
                         {to: ("rejected", *why) for to, why in refused.items()}
                         | {"491700000004": ("accepted", 0, "ESME_ROK")})


    def test_that_refuse_a_bind_are_told_by_name(self):
        done = self.send_to(self.server(password="another"),
                            self.campaign([("+491700000001", "x")]), code=5)
        self.assertIn("ESME_RINVPASWD", done.stderr)


if __name__ == "__main__":
    unittest.main()
