"""Runs pip: its words go to a log, a line of progress to the screen, failures into a sentence."""

import ast
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tools import Stop

# Of a user's pip settings, those that say how an index is reached. Others (user, target, prefix, constraint …)
# would send packages elsewhere than into .venv, or refuse the locked ones.
HONOURED = (
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "keyring-provider"),
    *("proxy", "cert", "client-cert", "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir"),
)

AGAIN = "then type the same again; what is already there is kept."

# What pip says: what is in the way, and what to do. The first that fits counts.
REASONS = {
    r"No space left on device|Errno 28|WinError 112|not enough space on the disk": (
        "The disk is full: make room (4 GB are needed), then type the same again."
    ),
    "certificate is not yet valid|certificate has expired": (
        "The package index shows a certificate that isn't valid on {today}: if that is not today's date, set this "
        f"computer's clock, {AGAIN}"
    ),
    "CERTIFICATE_VERIFY_FAILED|certificate verify failed": (
        "The package index shows a certificate that pip doesn't trust. A company's proxy or a virus scanner may have "
        f"put its own there: set PIP_CERT to that one's file (.pem; ask whoever runs it), {AGAIN}"
    ),
    "dependencies for SOCKS support|Unable to determine SOCKS version": (
        f"pip can't use a SOCKS proxy ({{proxy}}): name an HTTP proxy in HTTPS_PROXY, or unset it, {AGAIN}"
    ),
    "ProxyError|Cannot connect to proxy|Tunnel connection failed": (
        f"The proxy doesn't answer, or refuses ({{proxy}}): correct that, or unset it where none is needed, {AGAIN}"
    ),
    "NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|Connection refused|connection broken"
    "|confirming the ssl|name resolution|Max retries exceeded|SSLError|getaddrinfo": (
        f"The package index can't be reached: connect to the network (behind a proxy, set HTTPS_PROXY), {AGAIN}"
    ),
    "enable-long-paths|Long Path support": (
        "Windows refuses paths of more than 260 characters: move this folder to a short one (C:\\ff, say), or allow "
        f"long ones (https://pip.pypa.io/warnings/enable-long-paths), {AGAIN}"
    ),
}

# Of the user's variables, those that would send Python elsewhere than into .venv, or end pip at its first warning.
DIVERTING = (
    *("PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__", "PYTHONUSERBASE"),
    *("PYTHONSAFEPATH", "PYTHONWARNINGS", "PYTHONINSPECT"),
)


def clean_environment() -> dict[str, str]:
    """This process's environment, such that nothing in it reaches past .venv."""
    return {name: value for name, value in os.environ.items() if not _diverts(name)}


def _diverts(name: str) -> bool:
    if name.startswith("PIP_"):
        setting = name.removeprefix("PIP_").lower().replace("_", "-")
        return setting not in (*HONOURED, "config-file")
    return name in DIVERTING


def pip_environment(python: Path) -> dict[str, str]:
    """The same for pip: of its configuration files, what HONOURED names, as variables; nothing else of them."""
    environment, found = clean_environment(), {}
    command = [python, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    asked = environment | {"PIP_USER": "0"}  # "user = true" would show the user's file alone
    said = subprocess.run(command, env=asked, capture_output=True, text=True).stdout
    for line in sorted(said.splitlines()):  # global.… before install.…, which wins
        name, _, value = line.partition("=")
        section, _, setting = name.partition(".")
        if section in ("global", "install") and setting in HONOURED:
            value = " ".join(ast.literal_eval(value).split())  # pip writes one of several on a line each
            found[f"PIP_{setting.upper().replace('-', '_')}"] = value
    return found | environment | {"PIP_CONFIG_FILE": os.devnull}


@dataclass
class Result:
    """How a run of pip ended."""

    code: int
    text: str
    log: Path

    @property
    def ok(self) -> bool:
        return self.code == 0

    def or_stop(self) -> None:
        """Go on where pip worked; else say what was wrong and what to type."""
        if self.ok:
            return
        for pattern, sentence in REASONS.items():
            if re.search(pattern, self.text):
                raise Stop(sentence.format(today=f"{date.today():%d %B %Y}", proxy=proxies(os.environ)))
        errors = [line for line in self.text.splitlines() if line.startswith("ERROR:")]
        why = errors[-1][len("ERROR:") :].strip() if errors else f"it ended with code {self.code}"
        raise Stop(
            f"pip could not install the packages: {why}. "
            f"All it said is in {self.log}; type the same again to go on from here."
        )


def proxies(environment: Mapping[str, str]) -> str:
    """Which proxy is set, and where; no password of it."""
    named = [n for n in environment if n.lower() in ("https_proxy", "http_proxy", "all_proxy", "pip_proxy")]
    said = [f"{n}={re.sub('//[^@/]*@', '//…@', environment[n])}" for n in named if environment[n]]
    return ", ".join(said) or "one in pip's own settings: `pip config list`"


class Progress:
    """A line that shows what pip is at; where there's no terminal, a new one every 15 seconds."""

    def __init__(self, doing: str):
        self.doing, self.detail, self.packages = doing, "", 0
        self.live = sys.stderr.isatty()
        self.start, self.done = time.monotonic(), threading.Event()

    def see(self, line: str) -> None:
        """Take from a line of pip's what is worth showing."""
        words = line.split()
        if line.startswith(("Collecting ", "Processing ")):  # Processing: a wheel on this disk
            self.packages += 1
            self.detail = f"{self.packages}: {words[1].rsplit('/', 1)[-1]}"
        elif words[:1] == ["Downloading"] and "(" in line:
            # The file, not its address: "torch-2.13.0-cp311-…whl (190.3 MB)".
            name = words[1].rsplit("/", 1)[-1].split("-")[0]
            self.detail = f"{self.packages}: downloading {name} {line[line.rindex('(') :].strip()}"
        elif line.startswith("Installing collected packages"):
            self.detail = f"unpacking {line.count(',') + 1} packages"

    def show(self) -> None:
        seconds = time.monotonic() - self.start
        text = f"      {self.doing}, {seconds:.0f} s   {self.detail}"
        sys.stderr.write(f"\r{text[:99]:<99}" if self.live else f"{text}\n")
        sys.stderr.flush()

    def beat(self) -> None:
        while not self.done.wait(1 if self.live else 15):
            self.show()

    def __enter__(self):
        threading.Thread(target=self.beat, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.done.set()
        if self.live:
            sys.stderr.write("\r" + " " * 100 + "\r")


def pip_install(python: Path, log: Path, doing: str, *arguments) -> Result:
    """Run `pip install ARGUMENTS` with PYTHON's pip."""
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar=off", *arguments]
    with open(log, "a", encoding="utf-8") as kept, Progress(doing) as progress:
        kept.write(f"\n$ {' '.join(map(str, command))}\n")
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=pip_environment(python),
            close_fds=False,  # see only_one
        )
        said = []
        try:
            for line in process.stdout:
                kept.write(line)
                kept.flush()
                said.append(line)
                progress.see(line)
        except BaseException:
            process.terminate()
            raise
        finally:
            process.wait()
            process.stdout.close()
    return Result(process.returncode, "".join(said), log)


def satisfied(python: Path, *arguments) -> bool:
    """Whether everything asked for is installed already; asks nobody, so it works offline."""
    command = [python, "-m", "pip", "install", "--dry-run", "--no-index", "--no-deps", "--quiet"]
    environment = {n: v for n, v in clean_environment().items() if not n.startswith("PIP_")}
    environment["PIP_CONFIG_FILE"] = os.devnull
    asked = [str(part) for part in [*command, *arguments]]
    return subprocess.run(asked, env=environment, capture_output=True).returncode == 0
