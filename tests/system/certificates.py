"""Certificates made by the openssl command, for one test run."""

import os
import subprocess


class Authority:
    """A certification authority in a folder, and what it signs."""

    def __init__(self, folder, name="ca"):
        self.folder = folder
        self.name = name
        self.certificate = self._path(f"{name}.pem")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-days", "2", "-subj", f"/CN=Test {name}",
                      "-addext", "basicConstraints=critical,CA:TRUE",
                      "-addext", "keyUsage=critical,keyCertSign",
                      "-keyout", self._path(f"{name}.key"), "-out", self.certificate)

    def sign(self, name, alternative, valid=("20200101000000Z", "20991231235959Z")):
        """The certificate and the key of a server or client; `alternative` such as DNS:localhost."""
        certificate, key = self._path(f"{name}.pem"), self._path(f"{name}.key")
        request = self._path(f"{name}.csr")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        # Of the commands that sign, only this one takes dates that have passed.
        config = self._path(f"{name}.cnf")
        with open(config, "w", encoding="ascii") as file:
            file.write(f"""
[ca]
default_ca = here
[here]
new_certs_dir = {self.folder}
database = {self._path(name + ".index")}
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[extensions]
subjectAltName = {alternative}
basicConstraints = CA:FALSE
""")
        with open(self._path(f"{name}.index"), "w", encoding="ascii"):
            pass
        self._openssl("ca", "-batch", "-config", config, "-cert", self.certificate,
                      "-keyfile", self._path(f"{self.name}.key"), "-notext",
                      "-startdate", valid[0], "-enddate", valid[1],
                      "-in", request, "-out", certificate)
        return certificate, key

    def _path(self, name):
        return os.path.join(self.folder, name)

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
