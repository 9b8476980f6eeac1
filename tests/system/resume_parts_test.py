"""Messages of several parts that an earlier run had begun: what is left of them goes on so that a
phone can put it together with what it has, or does not go on at all."""

import signal
import unittest

import support

JOURNAL = "campaign.csv.journal"
TEXT = "x" * 300


class HalfSent(support.Case):
    def accounts(self, ports, **keys):
        text = ""
        for name, port in ports.items():
            path = self.account(port, retry__delay="30s",
                                retry__delay_after_attempts=1, reconnect__max="100ms", **keys)
            with open(path, encoding="utf-8") as file:
                text += f"[account.{name}]\n{file.read()}"
        self.write("account.toml", text)

    def begin(self, **keys):
        """The first part is with north, its second one was refused for now."""
        self.north = self.sim("--error", "ESME_RX_T_APPN=@2", ledger="north.jsonl")
        self.south = self.sim(ledger="south.jsonl")
        self.south_port = self.south.port
        self.south.signal(signal.SIGINT)
        self.south.wait()
        self.accounts({"north": self.north.port, "south": self.south.port}, **keys)
        self.campaign([("491700000001", TEXT)])
        process = self.start("send", "campaign.csv", "--account", "account.toml", "--results",
                             "results.csv", "--stats", "50ms")
        support.wait_until(lambda: len(self.ledger("north.jsonl")) == 2, "two parts")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)

    def resume(self):
        return support.Finished(self.start("resume", JOURNAL))

    def parts(self, ledger):
        return [line for line in self.ledger(ledger) if line["status"] == 0]

    def test_go_on_over_their_own_account(self):
        self.begin()
        self.south = self.sim(port=self.south_port, ledger="south.jsonl")
        done = self.resume()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.parts("south.jsonl"), [])
        first, second = self.parts("north.jsonl")
        self.assertEqual(first["source"], second["source"])

    def test_wait_for_their_own_account_when_only_another_is_up(self):
        self.begin()
        self.north.signal(signal.SIGKILL)
        self.north.wait()
        self.south = self.sim(port=self.south_port, ledger="south.jsonl")
        process = self.start("resume", JOURNAL)
        process.wait_for("south/0: bound")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 7, process.stderr)
        self.assertEqual(self.parts("south.jsonl"), [])
        self.assertEqual(self.results()[0]["outcome"], "unsent")
        self.north = self.sim(port=self.north.port, ledger="north.jsonl")
        self.assertEqual(self.resume().code, 0)
        self.assertEqual(len(self.parts("north.jsonl")), 2)

    def test_do_not_go_on_while_the_accounts_stand_in_another_order(self):
        self.begin()
        self.accounts({"south": self.south_port, "north": self.north.port})
        self.assert_fails(self.resume(), 2, "north, south", "south, north", "by their order")

    def test_do_not_go_on_from_another_sender(self):
        self.begin()
        ports = {"north": self.north.port, "south": self.south_port}
        self.accounts(ports, source_addr="OTHER")
        self.assertEqual(self.resume().code, 7)
        self.assertEqual(len(self.parts("north.jsonl")), 1)

    def test_do_not_go_on_as_parts_of_another_kind(self):
        self.begin()
        self.accounts({"north": self.north.port, "south": self.south_port},
                      concatenation="udh16")
        done = self.resume()
        self.assertEqual(done.code, 7, done.stderr)
        self.assertEqual(self.results()[0]["outcome"], "unsent")
        self.assertEqual(len(self.parts("north.jsonl")), 1)
        self.accounts({"north": self.north.port, "south": self.south_port})
        self.assertEqual(self.resume().code, 0)
        self.assertEqual(len(self.parts("north.jsonl")), 2)


if __name__ == "__main__":
    unittest.main()
