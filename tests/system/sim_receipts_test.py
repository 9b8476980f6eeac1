"""The receipts of salvo sim, in every way it can send them, as a plain socket sees them."""

import json
import signal
import struct
import unittest

import raw_esme
import support
from raw_esme import DATA_SM, DELIVER_SM, RESPONSE, SUBMIT_SM


def is_delivery(pdu):
    return pdu.command in (DELIVER_SM, DATA_SM)


class SimReceipts(support.Case):
    def smsc(self, *flags):
        self.simulator = self.sim("--json", "--magic", "--receipts", "0", *flags)
        return self.simulator.port

    def esme(self, port, command=raw_esme.BIND_TRANSCEIVER):
        esme = raw_esme.Esme(port)
        self.addCleanup(esme.close)
        self.assertEqual(esme.bind(support.PASSWORD, command).status, 0)
        return esme

    def read_delivery(self, esme):
        pdu = esme.read()
        self.assertTrue(is_delivery(pdu), hex(pdu.command))
        return pdu

    def counters(self):
        self.simulator.signal(signal.SIGINT)
        self.assertEqual(self.simulator.wait(), 0)
        return json.loads(self.simulator.stdout)

    def test_an_early_receipt_comes_before_the_answer(self):
        esme = self.esme(self.smsc("--receipt-early", "100%"))
        for _ in range(20):
            esme.submit()
            delivery = esme.read()
            self.assertEqual(delivery.command, DELIVER_SM)
            answer = esme.read()
            self.assertEqual(answer.command, SUBMIT_SM | RESPONSE)
            self.assertIn(f"id:{answer.message_id()} ".encode(),
                          raw_esme.Delivery(delivery).short_message)
            esme.acknowledge(delivery)

    def test_without_that_it_comes_after_the_answer(self):
        esme = self.esme(self.smsc())
        for _ in range(20):
            esme.submit()
            self.assertEqual(esme.read().command, SUBMIT_SM | RESPONSE)
            esme.acknowledge(self.read_delivery(esme))

    def test_twice_is_twice_and_an_enroute_comes_first(self):
        esme = self.esme(self.smsc("--receipt-twice", "100%", "--receipt-intermediate", "1"))
        esme.submit("491700006005")
        self.assertEqual(esme.read().command, SUBMIT_SM | RESPONSE)
        seen = [raw_esme.Delivery(self.read_delivery(esme)) for _ in range(3)]
        self.assertEqual([(each.esm_class, each.tlvs[raw_esme.MESSAGE_STATE]) for each in seen],
                         [(0x20, b"\1"), (0x04, b"\5"), (0x04, b"\5")])

    def test_other_is_never_the_bind_that_submitted_and_same_always_is(self):
        for flag, receiver in (("other", 1), ("same", 0)):
            port = self.smsc("--receipt-bind", flag)
            binds = [self.esme(port), self.esme(port)]
            for _ in range(10):
                binds[0].submit()
                self.assertEqual(binds[0].read().command, SUBMIT_SM | RESPONSE)
                binds[receiver].acknowledge(self.read_delivery(binds[receiver]))
            self.counters()

    def test_with_one_bind_there_is_no_other(self):
        esme = self.esme(self.smsc("--receipt-bind", "other"))
        esme.submit()
        esme.read()
        self.read_delivery(esme)

    def test_the_reference_comes_back_unless_it_is_switched_off(self):
        reference = struct.pack(">HHH", raw_esme.USER_MESSAGE_REFERENCE, 2, 4711)
        for flags, expected in (((), struct.pack(">H", 4711)),
                                (("--receipt-no-reference",), None)):
            esme = self.esme(self.smsc(*flags))
            esme.submit(tlvs=reference)
            esme.read()
            delivery = raw_esme.Delivery(self.read_delivery(esme))
            self.assertEqual(delivery.tlvs.get(raw_esme.USER_MESSAGE_REFERENCE), expected)

    def test_what_nobody_acknowledged_comes_again(self):
        esme = self.esme(self.smsc("--receipt-resend", "50ms"))
        esme.submit()
        esme.read()
        first, second = self.read_delivery(esme), self.read_delivery(esme)
        self.assertNotEqual(first.sequence, second.sequence)
        self.assertEqual(raw_esme.Delivery(first).tlvs, raw_esme.Delivery(second).tlvs)

    def test_what_was_refused_comes_again(self):
        esme = self.esme(self.smsc())
        esme.submit()
        esme.read()
        esme.acknowledge(self.read_delivery(esme), status=0x64)
        esme.acknowledge(self.read_delivery(esme))
        esme.send(raw_esme.ENQUIRE_LINK)
        esme.read()
        counters = self.counters()
        self.assertEqual((counters["receipts"], counters["receipts_refused"],
                          counters["receipts_acknowledged"]), (2, 1, 1))
        self.assertGreater(counters["deliver_sm_resp_ms_max"], 0)
        self.assertIn("deliver_sm_resp after p50", self.simulator.stderr)

    def test_receipts_wait_for_the_next_bind(self):
        port = self.smsc()
        esme = self.esme(port, raw_esme.BIND_TRANSMITTER)
        for _ in range(50):
            esme.submit()
            self.assertEqual(esme.read().command, SUBMIT_SM | RESPONSE)
        esme.close()
        receiver = self.esme(port, raw_esme.BIND_RECEIVER)
        for _ in range(50):
            receiver.acknowledge(self.read_delivery(receiver))

    def test_unacknowledged_ones_go_to_the_next_bind(self):
        port = self.smsc()
        esme = self.esme(port)
        esme.submit()
        esme.read()
        first = raw_esme.Delivery(self.read_delivery(esme))
        esme.close()
        second = raw_esme.Delivery(self.read_delivery(self.esme(port)))
        self.assertEqual(first.tlvs, second.tlvs)

    def test_failures_only_and_successes_only_are_what_they_say(self):
        esme = self.esme(self.smsc())
        for registered_delivery, state, other_state in ((2, 5, 2), (3, 2, 5)):
            for destination in (f"49170000600{other_state}", f"49170000600{state}"):
                esme.submit(destination, registered_delivery=registered_delivery)
                self.assertEqual(esme.read().command, SUBMIT_SM | RESPONSE)
            delivery = self.read_delivery(esme)
            self.assertEqual(raw_esme.Delivery(delivery).tlvs[raw_esme.MESSAGE_STATE],
                             bytes([state]))
            esme.acknowledge(delivery)

    def test_styles_put_the_receipt_where_they_say(self):
        expected = {  # command, esm_class, text in short_message, in message_payload, parameters
            "canonical": (DELIVER_SM, 4, True, False, True),
            "text": (DELIVER_SM, 4, True, False, False),
            "tlv": (DELIVER_SM, 4, False, False, True),
            "payload": (DELIVER_SM, 4, False, True, False),
            "data_sm": (DATA_SM, 4, False, True, True),
            "unmarked": (DELIVER_SM, 0, True, False, False),
            "loose": (DELIVER_SM, 4, True, False, False),
            "ucs2": (DELIVER_SM, 4, True, False, False),
        }
        for style, where in expected.items():
            with self.subTest(style):
                esme = self.esme(self.smsc("--receipt-style", style))
                esme.submit()
                esme.read()
                pdu = self.read_delivery(esme)
                delivery = raw_esme.Delivery(pdu)
                self.assertEqual(
                    (pdu.command, delivery.esm_class, delivery.short_message != b"",
                     raw_esme.MESSAGE_PAYLOAD in delivery.tlvs,
                     raw_esme.RECEIPTED_MESSAGE_ID in delivery.tlvs), where)
                self.assertEqual(delivery.data_coding, 8 if style == "ucs2" else 0)

    def test_a_uuid_is_no_number(self):
        sim = self.start("sim", "--listen", "127.0.0.1:0", "--receipts", "0", "--id", "uuid",
                         "--receipt-id", "hex")
        self.assertEqual(sim.wait(), 2)
        self.assertIn("receipt-id hex needs id dec or hex", sim.stderr)


if __name__ == "__main__":
    unittest.main()
