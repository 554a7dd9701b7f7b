"""The engine: nbval's own file and cell, with a kernel that is watched and answers that are compared here.

A pytest plugin (``-p grader.engine``), run in a process of its own for each submission. An item is a cell,
named by its id; a graded one passes if the bundles that it emitted are what the reference emitted, which
stand in the notebook as its outputs. What the kernel sends is not to be trusted: it is counted, cut to
what we know, and never printed, diffed or searched.
"""

from __future__ import annotations

import builtins
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any, cast

import psutil
import pytest
import zmq
from jupyter_client import KernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

from grader.compare import compare_cell
from grader.outcomes import PASSES
from grader.sandbox import STUB
from utils.protocol import ANSWER_MIME, REPLY_MIME

NO_CHECKS = re.findall(r'"(checks\.py .*?)"', STUB.read_text())[0]
MB = 1_000_000
MOST_BYTES, MOST_KEPT = 32 * MB, 1_000  # that a submission may send, and answers and errors of one cell
MOST_MEMORY, MOST_PROCESSES = 3_000 * MB, 200
KILLED = pytest.StashKey[str]()


class Killed(Exception):
    """The kernel was ended, or ended itself; the message says why, for the student."""


class WatchedKernel(RunningKernel):
    """nbval's kernel; every message is read as it comes, and it is ended where it goes too far."""

    deadline = seconds = float("inf")  # of the whole notebook, and for one cell

    def __init__(self, kernel_name: str, cwd: str):
        context = zmq.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MOST_BYTES)  # a larger message never enters this process
        self.km = KernelManager(kernel_name=kernel_name)
        self.km.start_kernel(stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=cwd)
        self.kc = self.km.client(context=context)
        self.kc.start_channels(stdin=False, control=False)  # nobody would read them
        self.kc.wait_for_ready(timeout=120)
        if box := getattr(self.km.provisioner, "box", None):
            shutil.rmtree(box)  # connected it stays; and nothing of the host's is left that it could write to
        self.bytes = 0

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """As nbval's, but what arrives meanwhile is kept, cut and counted, and the kernel is watched."""
        self.kept, self.idle = list[dict](), False
        started = time.monotonic()
        end = min(self.deadline, started + self.seconds)
        replied, next_look, failed = float("inf"), 0.0, dict[str, Any]()
        while not (self.idle and replied < float("inf")):
            now = time.monotonic()
            if now > end:
                self.end(f"it took longer than {end - started:.0f} seconds")
            if now > replied + 10:
                self.end("its output could not be read: too much at once")
            if now > next_look:
                next_look = now + 0.2
                self.look()
            self.drain(msg_id)
            try:
                reply = self.kc.get_shell_msg(timeout=0 if self.idle else 0.02)
                if reply["parent_header"].get("msg_id") == msg_id and replied > now:
                    replied, failed = now, reply if reply["content"]["status"] == "error" else {}
            except Empty:
                pass
            except Exception:
                self.end("it sent what no notebook sends")
        if failed:  # of a magic that isn't there nothing else tells; before the end, behind all that was sent
            self.kept.insert(-1, cast(dict, _cut(failed | {"msg_type": "error"})))

    def get_message(self, stream: str, timeout: float | None = None) -> dict:
        """What ``await_reply`` has kept: nbval asks for it when the cell is done."""
        if not self.kept:
            raise Empty
        return self.kept.pop(0)

    def drain(self, msg_id: str) -> None:
        for _ in range(200):  # then look at the clock again
            try:
                message = self.kc.get_iopub_msg(timeout=0)
                self.bytes += sum(map(len, message.get("buffers", []))) + len(str(message["content"]))
                known = _cut(message) if message["parent_header"].get("msg_id") == msg_id else None
            except Empty:
                return
            except Exception:  # wrongly signed, not JSON, or not what a message holds
                self.end("it sent what no notebook sends")
            if self.bytes > MOST_BYTES or len(self.kept) > MOST_KEPT:
                self.end(f"it sent more than {MOST_BYTES // MB} MB of output, or {MOST_KEPT:,} answers")
            if known:
                self.kept.append(known)
                self.idle |= known["msg_type"] == "status"

    def look(self) -> None:
        """Is it alive, and within its limits?"""
        if not self.km.is_alive():
            self.end("the kernel died; perhaps it ran out of memory, or the code ended it")
        family = psutil.Process(cast(LocalProvisioner, self.km.provisioner).pid).children(recursive=True)
        memory = sum(_memory(process) for process in family)
        if memory > MOST_MEMORY:
            self.end(f"it took more than {MOST_MEMORY // MB:,} MB of memory")
        if len(family) > MOST_PROCESSES:
            self.end(f"it started more than {MOST_PROCESSES} processes")

    def end(self, why: str) -> None:
        self.stop()
        raise Killed(why)


def _memory(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:  # it has just ended; others may go on
        return 0


def _cut(message: dict) -> dict | None:
    """Of a message only what we know: emitted answers, a check's reply, an error's name, the end."""
    kind, content = message["msg_type"], message["content"]
    short = {"msg_type": kind, "parent_header": message["parent_header"]}
    if kind == "status" and content.get("execution_state") == "idle":
        return short | {"content": {"execution_state": "idle"}}
    if kind == "error":
        said = {key: str(content.get(key))[:300] for key in ("ename", "evalue")}
        return short | {"content": said | {"traceback": []}}
    data = content.get("data") if kind == "display_data" else None
    ours = {mime: data[mime] for mime in (ANSWER_MIME, REPLY_MIME) if isinstance(data, dict) and mime in data}
    return short | {"content": {"data": ours, "metadata": {}}} if ours else None


class GradedCell(IPyNbCell):
    """A cell of the merged notebook; ``points`` and what became of it go into the junit report."""

    def setup(self) -> None:
        """Nothing is expected to fail: nbval's mark on what follows a timeout could hide a result."""

    def runtest(self) -> None:
        if KILLED in self.parent.stash:
            pytest.fail("not run", pytrace=False)
        self.parent.kernel.seconds = self.cell.metadata["fastfrugal"]["seconds"]
        try:
            super().runtest()
        except Killed as killed:
            self.parent.stash[KILLED] = str(killed)
            self.note("killed", str(killed))
            raise
        finally:
            for output in self.test_outputs or []:
                if output.output_type == "error":
                    whose, said = "cell", f"{output.ename}: {output.evalue}"
                    if "rule" in self.cell.metadata["fastfrugal"]:  # which could tell the private seed
                        whose, said = "code", output.ename if hasattr(builtins, output.ename) else "an error"
                        said = f"ImportError: {NO_CHECKS}" if output.evalue == NO_CHECKS else said
                    self.note("reason", f"your {whose} raised {said}")
                elif isinstance(reply := output.data.get(REPLY_MIME), dict):
                    self.note("reply", str(reply.get("message"))[:2_000] or PASSES)
                    self.note("hint", str(reply["hint"]) if reply.get("hint") in range(1, 10) else "")

    def compare_outputs(self, test: list, ref: list, skip_compare: Any = None) -> bool:
        answers, expected = (
            [o.data[ANSWER_MIME] for o in outs if ANSWER_MIME in o.get("data", {})] for outs in (test, ref)
        )
        ours = self.cell.metadata["fastfrugal"]
        verdict = compare_cell(expected, answers, ours["rule"], ours["truth"])
        self.comparison_traceback: list[str] = []
        if not verdict.passed:
            self.note("reason", verdict.reason)
            self.note("at", verdict.at)
        return verdict.passed

    def repr_failure(self, excinfo: pytest.ExceptionInfo) -> str:
        return type(excinfo.value).__name__  # the rest is a student's text, and in the properties

    def note(self, name: str, value: str) -> None:
        self.user_properties.append((name, "".join(c if c.isprintable() else " " for c in value)))


class GradedFile(IPyNbFile):
    """The merged notebook: a deadline for the whole in its metadata, and a kernel that is watched."""

    def setup(self) -> None:
        name = self.config.option.nbval_kernel_name
        self.kernel = WatchedKernel(name, cwd=str(self.path.parent))
        self.kernel.deadline = time.monotonic() + self.nb.metadata["fastfrugal"]["seconds"]

    def collect(self) -> Iterator[GradedCell]:
        for item in super().collect():
            cell = item.cell
            graded = "rule" in cell.metadata.get("fastfrugal", {})
            # Neither a tag nor a comment in a student's source decides what is compared.
            options = {"check": graded, "check_exception": False, "skip": False}
            yield GradedCell.from_parent(
                self, name=cell.id, cell_num=item.cell_num, cell=cell, options=options
            )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GradedFile | None:
    return GradedFile.from_parent(parent, path=file_path) if file_path.suffix == ".ipynb" else None
