"""Texts come back whole, in the least possible number of segments, however they are put together."""

import random
import unittest

import decoder
import support

ROWS = 1000
SEED = 20261120

EMOJI = "😀🎉👍🏽❤️🇩🇪"
ARABIC = "مرحبا بكم في متجرنا، لديكم عرض خاص اليوم. "
GSM = "".join(sorted(decoder.SINGLE))
EXTENSION = "".join(sorted(decoder.ESCAPED))


def mixed_texts():
    """Every kind of text, and every length around the limits."""
    dice = random.Random(SEED)
    limits = [69, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 305, 306, 307, 800]

    def pick(alphabet, length):
        return "".join(dice.choice(alphabet) for _ in range(length))

    texts = []
    for i in range(ROWS):
        length = limits[i % len(limits)]
        kind = i % 7
        if kind == 0:
            text = pick(GSM, length)
        elif kind == 1:
            text = pick(GSM + EXTENSION * 6, length)
        elif kind == 2:
            text = pick(EXTENSION, length)
        elif kind == 3:
            text = (ARABIC * 20)[:length]
        elif kind == 4:
            text = pick(EMOJI, length)
        elif kind == 5:
            text = pick(GSM, length - 1) + "😀"
        else:
            text = pick(GSM + "’", length)
        # Spaces at the ends, quotes and commas are for the campaign's reader to keep.
        texts.append(text if text.strip() else "x" + text)
    return texts


class Texts(support.Case):
    def check(self, kind):
        sim = self.sim()
        texts = mixed_texts()
        numbers = support.numbers(ROWS)
        campaign = self.campaign(zip(numbers, texts))
        account = self.account(sim.port, concatenation=kind, binds=2, window=50)
        done = self.send(campaign, "--account", account, "--results", self.path("results.csv"))
        self.assertEqual(done.code, 0, done.stderr)
        messages = decoder.reassemble(self.ledger())
        self.assertEqual(len(messages), ROWS)
        billed = {result["to"].lstrip("+"): int(result["segments"]) for result in self.results()}
        for number, text in zip(numbers, texts):
            whole, parts = messages[number.lstrip("+")]
            least = decoder.least_segments(text, kind)
            self.assertEqual(whole, text)
            self.assertEqual(billed[number.lstrip("+")], least, text)
            self.assertEqual(len(parts), 1 if kind == "payload" else least, text)
            self.assertEqual(len({part.bind for part in parts}), 1, "one bind a message")
            if len(parts) > 1:
                self.assertEqual({part.kind for part in parts}, {kind})
        self.assertGreater(max(billed.values()), 10)

    def test_udh_with_an_8_bit_reference(self):
        self.check("udh8")

    def test_udh_with_a_16_bit_reference(self):
        self.check("udh16")

    def test_sar_parameters(self):
        self.check("sar")

    def test_message_payload(self):
        self.check("payload")

    def test_parts_fit_on_the_air(self):
        sim = self.sim()
        texts = mixed_texts()
        campaign = self.campaign(zip(support.numbers(ROWS), texts))
        done = self.send(campaign, "--account", self.account(sim.port))
        self.assertEqual(done.code, 0, done.stderr)
        for line in self.ledger():
            part = decoder.Part(line)
            has_header = part.kind == "udh8"
            if part.data_coding == decoder.GSM7:
                # A header of six octets takes the room of seven septets.
                self.assertLessEqual(part.octets + (7 if has_header else 0), 160)
            else:
                self.assertLessEqual(part.octets + (6 if has_header else 0), 140)

    def test_references_of_one_number_differ(self):
        sim = self.sim()
        texts = [f"{i} " + "x" * 300 for i in range(100)]
        campaign = self.campaign(("+491700000000", text) for text in texts)
        done = self.send(campaign, "--account", self.account(sim.port, binds=1, window=10))
        self.assertEqual(done.code, 0, done.stderr)
        parts = [decoder.Part(line) for line in self.ledger()]
        by_reference = {}
        for part in parts:
            by_reference.setdefault(part.reference, []).append(part)
        self.assertEqual(len(by_reference), 100)
        self.assertEqual(sorted("".join(p.text for p in group) for group in by_reference.values()),
                         sorted(texts))


if __name__ == "__main__":
    unittest.main()
