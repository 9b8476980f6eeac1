"""A journal on a disk of the test's own: small, or one that breaks. In a mount namespace, which goes
with its holder."""

import fcntl
import json
import os
import struct
import subprocess

import support
from resume_test import RESULTS, Resume

# linux/fs.h: from then on every call of the file system fails, and what had not reached its journal or
# its blocks is lost, as when the cable is pulled.
EXT4_IOC_SHUTDOWN = 0x8004587D
WITHOUT_A_LAST_WORD = 2


class Disk(Resume):
    DISK = "disk"
    IMAGE = "disk.img"

    def mount(self, size):
        """A file system in memory."""
        self.mount_by(f"mount -t tmpfs -o size={size},mode=700 none {self.path(self.DISK)}")

    def mount_ext4(self, mebibytes=16):
        """A real one, on a file of the test's folder."""
        with open(self.path(self.IMAGE), "wb") as file:
            file.truncate(mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", self.path(self.IMAGE)], check=True)
        self.mount_by(f"mount -o loop {self.path(self.IMAGE)} {self.path(self.DISK)}")

    def mount_by(self, command):
        os.mkdir(self.path(self.DISK))
        self.holder = support.Process(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c",
             f"{command} && echo mounted && exec cat"], stdin=subprocess.PIPE)
        self.addCleanup(self.holder.end)
        self.holder.wait_for("mounted", stream="stdout")
        self.inside = ["nsenter", "--target", str(self.holder.pid), "--mount", "sh", "-c",
                       'cd "$0" && exec "$@"', self.folder]

    def start_inside(self, *command):
        process = support.Process([*self.inside, *map(str, command)])
        self.addCleanup(process.end)
        return process

    def run_inside(self, *command):
        return support.Finished(self.start_inside(*command))

    def must_inside(self, *command):
        done = self.run_inside(*command)
        self.assertEqual(done.code, 0, done.stderr)
        return done.stdout

    def salvo(self, *arguments):
        return self.run_inside(support.SALVO, *arguments)

    def status_inside(self):
        done = self.salvo("status", "disk/j", "--json")
        self.assertEqual(done.code, 0, done.stderr)
        return json.loads(done.stdout)

    def prepare(self, rows, *sim_flags, results=RESULTS, **keys):
        """A campaign, an account and its simulator; the words that send it."""
        self.smsc = self.sim(*sim_flags)
        self.numbers = support.numbers(rows)
        self.campaign((number, "x") for number in self.numbers)
        self.account(self.smsc.port, **{"window": 20, **keys})
        return (support.SALVO, "send", "campaign.csv", "--account", "account.toml", "--journal",
                "disk/j", "--results", results)

    def break_disk(self):
        """Of an ext4 that is mounted, for good: until it is mounted anew."""
        inside = os.path.join("/proc", str(self.holder.pid), "root", self.path(self.DISK)[1:])
        folder = os.open(inside, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_A_LAST_WORD))
        finally:
            os.close(folder)

    def mount_anew(self):
        """What reached the image is there again."""
        self.must_inside("umount", self.DISK)
        self.must_inside("mount", "-o", "loop", self.IMAGE, self.DISK)
