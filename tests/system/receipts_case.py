"""What the tests of receipts share: campaigns whose rows say what their receipts will be."""

import json
import os
import random
import signal

import support

SEED = int(os.environ.get("SALVO_TEST_SEED", str(random.randrange(1 << 32))))
STATES = {2: "DELIVERED", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIVERABLE", 8: "REJECTED"}
JOURNAL = "campaign.csv.journal"


class Case(support.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)

    def rows(self, count):
        """Rows to destinations that say what their receipt will be; the states, by row."""
        self.states = {row: self.random.choice(list(STATES)) for row in range(1, count + 1)}
        self.campaign((f"+4917{row:07d}600{state}", self.random.choice(("short", "y" * 400)))
                      for row, state in self.states.items())

    def smsc(self, *flags, delay="20ms", **options):
        return self.sim("--magic", "--receipts", delay, "--json", *flags, **options)

    def receipts_account(self, port, *tables, **keys):
        path = self.account(port, **{"registered_delivery": 1, "binds": 2, "window": 50, **keys})
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in tables)
        return path

    def send_and_wait(self, *flags, wait="30s"):
        return self.send("campaign.csv", "--account", "account.toml", "--results", "results.csv",
                         "--wait-receipts", wait, "--json", *flags)

    def collect(self, *flags, journal=JOURNAL):
        return support.Finished(self.start("receipts", journal, "--json", *flags))

    def status_json(self):
        done = support.Finished(self.start("status", JOURNAL, "--json"))
        self.assertEqual(done.code, 0, done.stderr)
        return json.loads(done.stdout)

    def assert_states(self, results=None):
        """Every row has the state that its destination asked for, and a time."""
        results = self.results() if results is None else results
        self.assert_accounted(len(self.states), results)
        for result in results:
            state = self.states[int(result["row"])]
            where = f"row {result['row']}, seed {SEED}"
            self.assertEqual(result["receipt_state"], STATES[state], where)
            self.assertRegex(result["receipt_at"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")

    def counters(self, sim):
        sim.signal(signal.SIGINT)
        self.assertEqual(sim.wait(), 0)
        return json.loads(sim.stdout)
