"""Scenarios of salvo sim: what it does wrong from when on, and when it stops."""

import ssl
import time
import unittest

import raw_esme
import support
from raw_esme import DELIVER_SM, RESPONSE, UNBIND
from sim_case import SimCase

ESME_RALYBND, ESME_RTHROTTLED, ESME_RSYSERR = 0x05, 0x58, 0x08


class Scenarios(SimCase):
    def play(self, text, *flags):
        """Starts a simulator with this scenario; its port."""
        return self.smsc("--scenario", self.write("scenario.toml", text), *flags)

    def wait_for(self, words):
        """Until the simulator says that it took a step."""
        return self.simulator.wait_for(r"salvo sim: \d+\.\d s: " + words)

    def status_of(self, esme, destination="491700000001"):
        esme.submit(destination)
        return esme.read().status

    def test_settings_come_and_go(self):
        port = self.play("""
            error = "ESME_RSYSERR"
            [[at]]
            after_bind = "50ms"
            error = ["ESME_RTHROTTLED=x1"]
            [[at]]
            after_bind = "100ms"
            error = false
        """)
        esme = self.esme(port)
        self.assertEqual(self.status_of(esme), ESME_RSYSERR)
        self.wait_for("error = ESME_RTHROTTLED=x1")
        self.assertEqual(self.status_of(esme), ESME_RTHROTTLED)
        self.assertEqual(self.status_of(esme), 0)
        self.wait_for("error = its default")
        self.assertEqual(self.status_of(esme), 0)

    def test_flags_come_before_what_holds_from_the_start(self):
        esme = self.esme(self.play("error = 'ESME_RSYSERR'\nmagic = true", "--error",
                                   "ESME_RTHROTTLED"))
        self.assertEqual(self.status_of(esme), ESME_RTHROTTLED)
        self.assertEqual(self.status_of(esme, "491700009008"), ESME_RSYSERR)

    def test_rates_and_limits(self):
        port = self.play("""
            [[at]]
            time = "0"
            tps = ["1", "other=2"]
            tps_kind = "sliding"
            max-binds = 1
        """)
        esme = self.esme(port)
        self.wait_for("tps = 1 other=2, tps-kind = sliding, max-binds = 1")
        self.assertEqual(self.status_of(esme), 0)
        self.assertEqual(self.status_of(esme), ESME_RTHROTTLED)
        self.assertEqual(self.connect(port).bind(support.PASSWORD).status, ESME_RALYBND)

    def test_what_is_done_to_sessions(self):
        for action, ending in (("close", "closed"), ("reset", "reset")):
            esme = self.esme(self.play(f"[[at]]\nafter_bind = '50ms'\ndo = '{action}'"))
            self.assertEqual(esme.read_end(), (ending, b""))
        esme = self.esme(self.play("[[at]]\nafter_bind = '50ms'\ndo = ['garbage', 'unbind']"))
        self.assertGreater(esme.file.read(32)[0], 0x7F)
        unbind = self.read(esme, UNBIND)
        esme.send(UNBIND | RESPONSE, sequence=unbind.sequence)
        self.assertEqual(esme.read_end(), ("closed", b""))

    def test_what_is_done_to_some_of_them(self):
        port = self.play("[[at]]\ntime = '100ms'\nevery = '100ms'\ndo = 'close=x1'")
        first, second = self.esme(port), self.esme(port)
        self.assertEqual(first.read_end()[0], "closed")
        self.assert_alive(second)
        self.assertEqual(second.read_end()[0], "closed")

    def test_nothing_is_read_for_a_while(self):
        esme = self.esme(self.play("stop_reading_for = '200ms'\n"
                                   "[[at]]\nafter_bind = '0'\ndo = 'stop-reading'"))
        self.wait_for("do = stop-reading")
        start = time.monotonic()
        self.assert_alive(esme)
        self.assertGreaterEqual(time.monotonic() - start, 0.1)

    def test_messages_of_subscribers(self):
        esme = self.esme(self.play("[[at]]\nafter_bind = '50ms'\nmo_text = 'STOP'\ndo = 'mo'"))
        pdu = self.read(esme, DELIVER_SM)
        self.assertEqual(raw_esme.Delivery(pdu).short_message, b"STOP")

    def test_receipts_stop_and_come_again(self):
        port = self.play("""
            [[at]]
            after_bind = "0"
            receipts = "0"
            [[at]]
            after_bind = "50ms"
            receipts = false
            [[at]]
            after_bind = "100ms"
            receipts = "0"
            receipt_style = "text"
        """)
        esme = self.esme(port)
        self.wait_for("receipts = 0$")
        self.assertEqual(self.status_of(esme), 0)
        self.assertIn(raw_esme.MESSAGE_STATE, raw_esme.Delivery(self.read(esme, DELIVER_SM)).tlvs)
        self.wait_for("receipts = its default")
        self.assertEqual(self.status_of(esme), 0)
        self.assert_alive(esme)
        self.wait_for("receipts = 0, receipt-style = text")
        self.assertEqual(self.status_of(esme), 0)
        self.assertEqual(raw_esme.Delivery(self.read(esme, DELIVER_SM)).tlvs, {})

    def test_ids_change_their_form(self):
        esme = self.esme(self.play("[[at]]\nafter_bind = '50ms'\nid = 'uuid'"))
        esme.submit()
        self.assertEqual(len(self.read_answer(esme).message_id()), 10)
        self.wait_for("id = uuid")
        esme.submit()
        self.assertEqual(len(self.read_answer(esme).message_id()), 36)

    def test_a_certificate_expires(self):
        port = self.play(f"""
            tls_make = "good"
            tls_make_ca = "{self.path("ca.pem")}"
            [[at]]
            after_bind = "0"
            tls_make = "expired"
        """)
        context = ssl.create_default_context(cafile=self.path("ca.pem"))
        esme = self.connect(port, tls=context)
        self.assertEqual(esme.bind(support.PASSWORD).status, 0)
        self.wait_for("tls-make = expired")
        self.assert_alive(esme)
        with self.assertRaisesRegex(ssl.SSLCertVerificationError, "certificate has expired"):
            self.connect(port, tls=context)

    def test_passwords_change_and_nobody_sees_them(self):
        port = self.play(f"[[at]]\nafter_bind = '0'\naccount = ['demo:x{support.PASSWORD}']")
        self.esme(port)
        self.wait_for("account$")
        self.assertEqual(self.connect(port).bind(support.PASSWORD).status, 0x0E)
        self.assertEqual(self.connect(port).bind("x" + support.PASSWORD).status, 0)

    def test_every_setting_can_be_switched(self):
        """One by one, on and off, by its name in the help."""
        help_text = self.start("help", "sim")
        help_text.wait()
        values = {"TIME": "'1h'", "TIMES": "'1ms'", "PAUSE": "'0'", "N": "7", "SHARE": "0.5",
                  "RATE": "0.5", "TEXT": "'text'", "ADDRESS": "'12345'", "0..100": "50",
                  "FAULT[=WHEN]": "'close=/1000'", "STATUS[=WHEN]": "['0x58=x2', '0x08=5%']",
                  "REASON=STATUS": "'tps=0x14'", "STATE=WHEN,...": "'UNDELIV=x2'",
                  "[SYSTEM_ID=]N": "['1000', 'demo=2000']", "KIND": "'good'",
                  "[SYSTEM_ID=]ADDRESS[/BITS]": "'127.0.0.1'", "HOST": "'localhost'",
                  "SYSTEM_ID:PASSWORD": "'demo:x'", "": "true"}
        words = {"receipt-bind": "other", "receipt-id": "hex", "receipt-style": "loose"}
        files = {"tls-cert", "tls-key", "tls-client-ca", "tls-make-ca"}  # of other tests
        flags = support.flags_of(help_text.stdout)
        for name in ("listen", "scenario", "ledger", "seed", "stats", "json", "drop-connects",
                     "help"):
            flags.pop(name)
        self.assertGreater(len(flags), 50)
        steps = ""
        for name, value in flags.items():
            if name in files:
                continue
            written = f"'{words[name]}'" if name in words else values.get(value)
            if written is None:
                written = f"'{value.split('|')[-1]}'"
            steps += f"[[at]]\ntime = '0'\n{name} = {written}\n[[at]]\ntime = '0'\n{name} = false\n"
        port = self.play(steps + "[[at]]\ntime = '0'\ndo = 'mo'")
        self.wait_for("do = mo")
        self.assertNotIn("not done", self.simulator.stderr)
        self.assertEqual(self.connect(port).bind("demo").status, 0)

    def test_nothing_happens_in_an_empty_one(self):
        self.assert_alive(self.esme(self.play("")))

    def test_messages_wait_no_longer_than_the_time_that_holds(self):
        esme = self.esme(self.play("""
            queue = 1
            queue_time = "1h"
            [[at]]
            after_bind = "50ms"
            queue_time = "1ms"
        """))
        self.assertEqual(self.status_of(esme), 0)
        self.wait_for("queue-time = 1ms")
        support.wait_until(lambda: self.status_of(esme) == 0, "room in the queue")

    def test_what_is_no_scenario(self):
        for text, part in (
                ("tsp = 5", "line 1: unknown key 'tsp'; the nearest known one is 'tps'"),
                ("[[at]]\ntps = 5", "line 1: a step has either time or after_bind"),
                ("[[at]]\ntime = '1s'", "line 1: the step does nothing"),
                ("[[at]]\ntime = 1\ntps = 5", "line 2: time takes a time in quotes"),
                ("[[at]]\ntime = '1s'\nevery = '0'\ntps = 5", "line 3: every takes a time above 0"),
                ("[[at]]\ntime = '1s'\ntps = 'x'", "line 3: tps: 'x' is not a whole number"),
                ("[[at]]\ntime = '1s'\ndo = 'twice'", "line 3: do: 'twice' is none of close"),
                ("[[at]]\ntime = '1s'\ndo = 'reset=often'", "line 3: do: 'often' is not how often"),
                ("[[at]]\ntime = '1s'\ndo = 'mo=50%'", "line 3: do: mo is for every account"),
                ("time = '1s'\ntps = 5", "line 1: time is for steps: [[at]] goes before it"),
                ("[[at]]\ntime = '1s'\nat = 5", "line 3: unknown key 'at'; the nearest known one"),
                ("att = 5", "line 1: unknown key 'att'; the nearest known one is 'at'"),
                ("at = 5", "line 1: steps are written [[at]]"),
                ("tps = [", "line 1: "),
                ("[[at]]\ntime = '1s'\nid = 'uuid'\nreceipt_id = 'hex'", "a uuid is no number")):
            with self.subTest(text):
                process = self.start("sim", "--listen", "127.0.0.1:0", "--scenario",
                                     self.write("bad.toml", text))
                self.assertEqual(process.wait(), 2, process.stderr)
                self.assertIn(part, process.stderr)
        process = self.start("sim", "--scenario", self.folder)
        self.assertEqual(process.wait(), 2)
        self.assertIn("Is a directory", process.stderr)
        process = self.start("sim", "--scenario", self.path("nowhere.toml"))
        self.assertEqual(process.wait(), 2)
        self.assertIn("cannot read the scenario", process.stderr)
        self.assertIn("No such file or directory", process.stderr)


if __name__ == "__main__":
    unittest.main()
