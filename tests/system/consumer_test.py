"""What `cmake --install` puts somewhere is enough for a program of somebody else.

The build to install from comes from SALVO_BUILD, the repository from SALVO_SOURCE, cmake itself
from SALVO_CMAKE; the compiler and its flags, from which cmake takes them.
"""

import glob
import os
import shutil
import subprocess
import tempfile
import unittest

import support

CMAKE = os.environ["SALVO_CMAKE"]
BUILD = os.environ["SALVO_BUILD"]
SOURCE = os.environ["SALVO_SOURCE"]
CONSUMER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "consumer")
EXAMPLE = os.path.join(SOURCE, "docs", "send_three.cc")


def cmake(*arguments):
    return subprocess.run([CMAKE, *arguments], check=False, capture_output=True, text=True)


class Consumer(support.Case):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="salvo-system-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        first = os.path.join(folder, "first")
        done = cmake("--install", BUILD, "--prefix", first)
        assert done.returncode == 0, done.stdout + done.stderr
        # A package can be packed up and unpacked elsewhere.
        cls.prefix = os.path.join(folder, "prefix")
        os.rename(first, cls.prefix)

    def installed(self, pattern):
        return glob.glob(os.path.join(self.prefix, "**", pattern), recursive=True)

    def run_command(self, *arguments):
        command = os.path.join(self.prefix, "bin", "salvo")
        return subprocess.run([command, *arguments], check=True, capture_output=True,
                              text=True).stdout

    def configure(self, **variables):
        variables = {"EXAMPLE": EXAMPLE, "CMAKE_BUILD_TYPE": "Debug", **variables}
        return cmake("-S", CONSUMER, "-B", self.path("build"),
                     *(f"-D{name}={value}" for name, value in variables.items()))

    def test_a_program_that_finds_salvo_sends(self):
        version = self.run_command("--version").split(" ")[1].rpartition(".")[0]
        done = self.configure(CMAKE_PREFIX_PATH=self.prefix, SALVO_WANTED=version)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = cmake("--build", self.path("build"))
        self.assertEqual(done.returncode, 0, done.stdout)
        sim = self.start("sim", "--listen", "127.0.0.1:0", "--ledger", self.path("ledger.jsonl"))
        port = sim.wait_for(r"listening on .*:(\d+)$").group(1)
        program = support.Process([self.path("build/platform"), port])
        self.addCleanup(program.end)
        self.assertEqual(program.wait(), 0, program.stderr)
        self.assertIn("bound to 127.0.0.1:", program.stderr)
        lines = self.ledger()
        self.assertEqual([(line["source"], line["dest"], bytes.fromhex(line["message_hex"]))
                          for line in lines],
                         [("SALVO", f"49170000001{i}", b"Hello from Salvo") for i in range(3)])
        self.assertEqual(program.stdout.splitlines(),
                         [f"message {i}: accepted {line['message_id']}"
                          for i, line in enumerate(lines, 1)])

    def test_the_program_can_have_the_sources_in_its_own_build(self):
        done = self.configure(SALVO_SOURCE=SOURCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        targets = cmake("--build", self.path("build"), "--target", "help").stdout
        self.assertIn("salvo_engine", targets)
        for ours in ("salvo_send", "salvo_bench", "pdu_tests", "send_three"):
            self.assertNotIn(ours, targets)

    def test_another_version_is_not_found(self):
        for version in ("0.0", "99.0"):
            done = self.configure(CMAKE_PREFIX_PATH=self.prefix, SALVO_WANTED=version)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f'requested version "{version}"', done.stderr)

    def test_of_headers_only_the_public_ones_are_there(self):
        self.assertEqual(
            sorted(os.path.relpath(path, self.prefix) for path in self.installed("*.h*")),
            sorted(os.path.join("include", "salvo", name)
                   for name in os.listdir(os.path.join(SOURCE, "engine", "include", "salvo"))))

    def test_the_package_names_no_folder_of_the_build(self):
        package = self.installed("*.cmake")
        self.assertGreater(len(package), 3)
        for path in package:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for folder in (SOURCE, BUILD):
                self.assertNotIn(folder, text, path)

    def test_the_command_is_there(self):
        self.assertRegex(self.run_command("--version"), r"^salvo \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
