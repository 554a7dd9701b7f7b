"""Answers that cheat, that break what they can reach, or that never end.

Each is one exercise's answer in a submission whose other two are right. What it may cost is its own points:
the others pass, whatever it did to the kernel they shared. As a class is, attacks are graded side by side.
"""

from __future__ import annotations

import re
import tempfile
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest

from grader import run
from grader.intake import Submission
from grader.reference import Reference
from tests.conftest import tried_in_full
from tests.grading.conftest import ANSWERS, LAB, outcome
from utils.protocol import ANSWER_MIME, lab_name

pytestmark = pytest.mark.xdist_group("grading-attacks")
PASSED = dict.fromkeys(ANSWERS, "passed")
ORPHAN = "fast-and-frugal-orphan"

FORGE = """
import sys, threading, time
from IPython.display import display
kernel = get_ipython().kernel
MIME = "application/vnd.fastfrugal.answer+json"

def send(kind, content, parent=None, **more):
    parent = parent or kernel.get_parent("shell")
    return kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, **more)

def send_raw(kind, content):
    pack, parent = kernel.session.pack, kernel.get_parent("shell")["header"]
    parts = [pack(kernel.session.msg_header(kind)), pack(parent), b"{}", content]
    kernel.iopub_socket.send_multipart([b"<IDS|MSG>", kernel.session.sign(parts), *parts])

def guess(name, value):
    data = {"name": name, "dtype": "float64", "shape": [], "data": [value]}
    send("display_data", {"data": {MIME: data}, "metadata": {}})
"""
# The answer is right where the attack has found, reached or written anything.
TRIED = """
def spread(x):
    try:
        reached = attempt()
    except Exception:  # then the attack tests nothing
        reached = True
    return x.max() - x.min() if reached else x.max()
"""

# To get `spread`'s points for x.max(), or for whatever `spread` each defines itself.
CHEATS = {
    "nbval-comments": """
        # NBVAL_SKIP
        # NBVAL_IGNORE_OUTPUT
        # NBVAL_RAISES_EXCEPTION
        #PYTEST_VALIDATE_IGNORE_OUTPUT""",
    "transformer-drops-cells": """
        import ast
        class Drop(ast.NodeTransformer):
            def visit_Module(self, node):
                node.body = [n for n in node.body if "hidden" not in ast.unparse(n)]
                return node
        get_ipython().ast_transformers.append(Drop())""",
    "transformer-rewrites-cells": """
        import ast
        class Emit(ast.NodeTransformer):
            def visit_Call(self, node):
                if ast.unparse(node).startswith("emit('spread'"):
                    return ast.parse("emit('spread', 0.0)", mode="eval").body
                return self.generic_visit(node)
        get_ipython().ast_transformers.append(Emit())""",
    "input-transformer": """
        def mine(lines):
            return ["pass"] if any("hidden_spread" in line for line in lines) else lines
        get_ipython().input_transformers_cleanup.append(mine)""",
    "hooks": """
        def before(info):
            info.raw_cell = "pass"
            get_ipython().user_ns["hidden_spread"] = lambda rng: None
        def after(result):
            result.error_in_exec = None
            result.result = True
        get_ipython().events.register("pre_run_cell", before)
        get_ipython().events.register("post_run_cell", after)""",
    "run-cell-replaced": """
        from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
        async def run(raw, *_, **__):
            result = ExecutionResult(ExecutionInfo(raw, False, False, False, None))
            result.result = None
            return result
        get_ipython().run_cell_async = run""",
    "judges-patched": """
        import builtins, IPython.display, utils.checks
        builtins.AssertionError = type("Quiet", (Exception,), {})
        for name in ("allclose", "isclose", "array_equal"):
            setattr(np, name, lambda *_, **__: True)
        np.testing.assert_allclose = lambda *_, **__: None
        builtins.print = builtins.display = IPython.display.display = lambda *_, **__: None
        utils.checks.Check.that = lambda *_: None
        utils.checks.Check.__exit__ = lambda self, *_: self._reply("passed", "") or True""",
    "emit-patched": "def emit(name, value): pass",
    "emit-patched-at-its-source": """
        import utils.answers
        utils.answers._plain = lambda element: "nan"
        utils.answers.display = lambda *_, **__: None""",
    "publisher-patched": """
        publisher = get_ipython().display_pub
        publish = publisher.publish
        def mine(data, *args, **kwargs):
            for mime, bundle in data.items():
                if "answer" in mime:
                    bundle["data"] = ["-inf"]
            return publish(data, *args, **kwargs)
        publisher.publish = mine""",
    "always-equal": """
        class Equal(float):
            __eq__ = __le__ = __ge__ = lambda *_: True
            __ne__ = __lt__ = __gt__ = lambda *_: False
            __hash__ = float.__hash__
        def spread(x): return Equal(0)""",
    "array-subclass": """
        class Equal(np.ndarray):
            def __eq__(self, other): return np.ones(self.shape, bool)
            def __array_ufunc__(self, *_, **__): return True
            def __array_function__(self, *_, **__): return True
            def ravel(self, *_): return self
            def tolist(self): return True
        def spread(x): return np.zeros(()).view(Equal)""",
    "lying-array": """
        class Liar:
            shape, dtype, ndim, size = (), np.dtype(float), 0, 1
            def __array__(self, *_, **__): return np.array("nan")
            def __eq__(self, other): return True
            def detach(self): return self
            cpu = numpy = detach
        def spread(x): return Liar()""",
    "escapes": r"""
        def spread(x):
            print("\033]0;mine\007\033[2J<script>alert(1)</script>")
            raise ValueError("\033[2J\033[31m<script>alert(1)</script>\r\n\007\u202e\ud800" + "x" * 10**6)""",
    "large-strings": "def spread(x): return ['a' * 2_500] * 10_000",
    "forged-guesses": FORGE
    + """
def spread(x):
    for guessed in np.linspace(0, 9, 500):
        guess("spread", float(guessed))
    return 0.0""",
    "forged-bundles": FORGE
    + """
def spread(x):
    for shape in ([-1], [10**9, 10**9], [0.5], "()", None, [[]], {}, [True]):
        data = {"name": "spread", "dtype": "float64", "shape": shape, "data": [0.0]}
        send("display_data", {"data": {MIME: data}, "metadata": {}})
    for data in ([], None, "spread", {"name": "spread"}, {MIME: {}}, [[[]]]):
        send("display_data", {"data": {MIME: data}, "metadata": {}})
    raise SystemExit""",
    "forged-content": FORGE
    + """
def spread(x):
    for kind in ("status", "error", "display_data", "stream", 5):
        for content in (b"[]", b"null", b'"idle"', b"5", b'{"data": 5}', b'{"data": {"x": NaN}}'):
            send_raw(kind, content)
    return 0.0""",
    "forged-idle": FORGE
    + """
def spread(x):
    send("status", {"execution_state": "idle"})
    time.sleep(0.5)
    guess("spread", 3.0)
    return 0.0""",
    "forged-reply": FORGE
    + """
def spread(x):
    frame = sys._getframe()
    while not {"stream", "ident"} <= set(frame.f_locals):
        frame = frame.f_back
    reply = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
    stream, ident = frame.f_locals["stream"], frame.f_locals["ident"]
    kernel.session.send(stream, "execute_reply", reply, parent=kernel.get_parent("shell"), ident=ident)
    send("status", {"execution_state": "idle"})
    time.sleep(0.5)
    return 0.0""",
    "forged-signature": FORGE
    + """
def spread(x):
    kernel.session.key = b"mine"
    return 0.0""",
    "forged-garbage": FORGE
    + """
def spread(x):
    for parts in ([b"x"], [b"<IDS|MSG>"], [b"<IDS|MSG>"] + [b"{"] * 5, [b"\\xff" * 1_000] * 3):
        kernel.iopub_socket.send_multipart(parts)
    return 0.0""",
    "deep-json": FORGE
    + """
def spread(x):
    send_raw("display_data", b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    return 0.0""",
    "network": """
        import socket
        def attempt():
            for address in ("1.1.1.1", "8.8.8.8", "169.254.169.254", "192.168.0.1", "10.0.0.1"):
                for port in (53, 80, 443):
                    with socket.socket() as s:
                        s.settimeout(0.2)
                        if not s.connect_ex((address, port)):
                            return True
            try:
                socket.getaddrinfo("example.com", 80)
                return True
            except OSError:
                pass
            return any(name != "lo" for _, name in socket.if_nameindex())""",
}

# To change the kernel for what comes after it: from `double`, which comes first.
SPOILERS = {
    "exits-process": "import os; os._exit(0)",
    "endless-cell": "while True: pass",
    "names-taken": """
        import sys
        globals().clear()
        np = numpy = sys.modules["numpy"] = type(sys)("numpy")
        hidden_spread = hidden_counter = emit = lambda *_: None
        spread = Counter = None""",
    "rng-patched": "np.random.default_rng = lambda seed: np.random.Generator(np.random.PCG64(0))",
    "builtins-deleted": """
        import builtins
        for name in ("len", "print", "isinstance", "__import__", "__build_class__"):
            delattr(builtins, name)""",
    "clock-umask-signals": """
        import os, signal, time
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_IGN)
        os.umask(0o777)
        try:
            time.clock_settime(time.CLOCK_REALTIME, 0)
        except PermissionError:
            time.time = time.monotonic = time.perf_counter = lambda: 0.0""",
    "stdout-closed": """
        import os, sys
        sys.stdout.close(); sys.stderr.close()
        sys.stdout = sys.stderr = sys.__stdout__ = None
        os.close(1)""",
    "trace": """
        import sys
        def trace(frame, event, arg):
            if "hidden" in frame.f_code.co_name:
                raise RuntimeError
            return trace
        sys.settrace(trace)
        get_ipython().events.register("pre_run_cell", lambda *_: sys.settrace(trace))""",
    "emits-in-others-cells": FORGE
    + """
def forever():
    while True:
        guess("seen", 0.0)
        time.sleep(0.001)
threading.Thread(target=forever, daemon=True).start()""",
    "aborts-in-the-next-cell": """
        import os
        get_ipython().events.register("pre_run_cell", lambda *_: os.abort())""",
}

# To end the kernel, or to take what the machine has: from a method of `counter`, which comes last, as late
# as can be. Each is bounded by itself, too, for the day on which a limit fails.
KILLERS = {
    "kills": """
        import os, signal
        for pid in (os.getppid(), 1, -1):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass""",
    "exits-system": "import sys; sys.exit(0)",
    "exits-ipython": "exit()",
    "descriptors-closed": "import os; os.closerange(0, 100)",
    "stops-itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "shuts-down": """
        kernel = get_ipython().kernel
        kernel.do_shutdown(False)
        kernel.io_loop.add_callback(kernel.io_loop.stop)""",
    "orphans": f"""
        import subprocess, sys
        code = "import os, time; os.fork() or (os.setsid(), os.fork() or time.sleep(100))"
        subprocess.Popen([sys.executable, "-c", code, "{ORPHAN}"], start_new_session=True)""",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "recursion": "return self.add(x)",
    "recursion-unlimited": "import sys; sys.setrecursionlimit(10**9); return self.add(x)",
    "swallows-interrupts": """
        import time
        while True:
            try:
                print('.', flush=True)
                time.sleep(0.01)
            except BaseException:
                pass""",
    "fork-bomb": """
        import os, time
        for _ in range(2_000):
            try:
                if not os.fork():
                    time.sleep(30)
                    os._exit(0)
            except OSError:
                break
        time.sleep(30)""",
    "thread-bomb": """
        import threading, time
        for _ in range(2_000):
            threading.Thread(target=time.sleep, args=(30,), daemon=True).start()""",
    "memory": """
        import time
        hoard = [np.ones(12_500_000) for _ in range(200)]
        time.sleep(30)""",
    "memory-of-many": """
        import os, time
        for _ in range(8):  # which take it, while others come and go
            if not os.fork():
                hoard = np.ones(62_500_000)
                time.sleep(30)
                os._exit(0)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            child = os.fork()
            if not child:
                os._exit(0)
            os.waitpid(child, 0)""",
    "prints": "for _ in range(3_000): print('x' * 100_000, flush=True)",
    "bundle": """
        from IPython.display import display
        display({'text/plain': 'x' * 300_000_000}, raw=True)""",
    "small-answers": """
        for _ in range(5_000):
            emit('seen', 1)""",
    "replies": """
        import sys
        frame = sys._getframe()
        while not {'stream', 'ident'} <= set(frame.f_locals):
            frame = frame.f_back
        kernel, stream, ident = get_ipython().kernel, frame.f_locals['stream'], frame.f_locals['ident']
        for _ in range(200):
            kernel.session.send(stream, 'execute_reply', {'': 'x' * 20_000_000}, ident=ident)""",
}
ENDLESS = {"endless-cell", "stdout-closed", "stops-itself", "recursion-unlimited", "swallows-interrupts"}
ENDLESS |= {"builtins-deleted", "replies"}  # which may take three seconds; others, 25
LEFT = ["orphans", "swallows-interrupts"]
FLOODS = ["escapes", "prints", "bundle", "replies"]  # which other tests here look at
SIDE_BY_SIDE = 6  # attacks: most of them wait for something
WHY = dict.fromkeys(("network", "reads", "writes", "fills", "rises"), "not right") | {
    "exits-process": "the kernel died",
    "endless-cell": "took longer than 3 seconds",
    "stops-itself": "took longer than 3 seconds",
    "swallows-interrupts": "took longer than 3 seconds",
    "segfault": "the kernel died",
    "fork-bomb": "processes|memory",
    "thread-bomb": "raised RuntimeError",
    "memory": "memory|MemoryError|longer than",
    "memory-of-many": "memory|longer than",
    "prints": "MB of output",
    "bundle": "could not be read",
    "small-answers": "1,000 answers",
    "aborts-in-the-next-cell": "the kernel died",
    "forged-signature": "what no notebook sends",
    "forged-content": "what no notebook sends",
}


READS = """
def attempt():
    import gc, os, sys
    wanted, closed = {wanted!r}, {closed!r}  # the former reversed, so as not to find themselves

    shell = get_ipython()
    texts = {{str(thing) for thing in (sys.argv, os.environ, shell.user_ns["In"], shell.user_ns["Out"])}}
    for process in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ", "maps"):
            try:
                with open(f"/proc/{{process}}/{{name}}", errors="replace") as file:
                    texts.add(file.read())
            except OSError:
                pass
    for thing in gc.get_objects():
        if isinstance(thing, (dict, list, tuple, set)):
            parts = list(thing.values()) if isinstance(thing, dict) else list(thing)
            texts.update(part for part in parts if type(part) is str)
    code = (sys.prefix, sys.base_prefix, "/usr", "/proc", "/lib", "/bin", "/sbin")
    for folder, folders, names in os.walk("/"):
        folders[:] = [name for name in folders if not os.path.join(folder, name).startswith(code)]
        for name in names:
            if name.endswith(".ipynb"):
                return True
            if os.path.isfile(path := os.path.join(folder, name)):  # and no device
                with open(path, errors="replace") as file:
                    texts.add(file.read())
    everything = "\\n".join(texts)
    return any(word[::-1] in everything for word in wanted) or any(map(os.path.exists, closed))
"""
WRITES = """
def attempt():
    import os, sys, sysconfig
    run = os.path.dirname(get_ipython().config["IPKernelApp"]["connection_file"])
    places = ["/", "/usr", "/usr/bin", "/etc", "/dev", "/data", "/proc", "/sys", "/home", sys.prefix]
    places += [sys.base_prefix, sysconfig.get_path("purelib"), run]
    places += [os.path.dirname(sys.modules["utils"].__file__)]
    for place in places:
        for write in (
            lambda: os.makedirs(f"{place}/made") or True,
            lambda: open(f"{place}/written", "w"),
            lambda: os.symlink("/etc", f"{place}/linked") or True,
            lambda: os.mkfifo(f"{place}/piped") or True,
        ):
            try:
                if write():
                    return True
            except OSError:
                pass
    for module in ("utils.answers", "utils.checks", "numpy", "IPython"):
        try:
            open(sys.modules[module].__file__, "a")
            return True
        except OSError:
            pass
"""
FILLS = """
def attempt():
    import os
    run = os.path.dirname(get_ipython().config["IPKernelApp"]["connection_file"])
    written = 0
    for place in ("/tmp", os.environ["HOME"], "/dev/shm", run, "/dev", "/"):
        for number in range(40):  # 2 GB
            try:
                file = os.open(f"{place}/{number}", os.O_CREAT | os.O_WRONLY)
                os.unlink(f"{place}/{number}")
                written += os.write(file, bytes(50_000_000))
            except OSError:
                break
    return written > 1_000_000_000
"""
RISES = """
def attempt():
    import os, resource
    for limit in (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        try:
            resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            return True
        except (OSError, ValueError):
            pass
    for rise in (lambda: os.setuid(0), lambda: os.nice(-5), lambda: os.chroot("/")):
        try:
            rise()
        except OSError:
            pass
    with open("/proc/self/status") as status, open("/proc/self/oom_score_adj") as score:
        return "CapEff:\\t0000000000000000" not in status.read() or int(score.read()) != 1000
"""
ATTACKS = {
    **dict.fromkeys([*CHEATS, "reads", "writes", "fills", "rises", "public-output"], "spread"),
    **dict.fromkeys(SPOILERS, "double"),
    **dict.fromkeys(KILLERS, "counter"),
}


def source(attack: str, reference: Reference, closed: list[str]) -> str:
    """The answer to ``ATTACKS[attack]``; the folders ``closed`` are the host's, and not to be seen."""
    if attack in SPOILERS:
        return f"{textwrap.dedent(SPOILERS[attack])}\n\ndef double(x):\n    return x\n"
    if attack in KILLERS:
        body = textwrap.indent(textwrap.dedent(KILLERS[attack]).strip(), " " * 8)
        return f"class Counter:\n    def add(self, x):\n{body}\n        return 0\n"
    if attack == "public-output":
        x = np.random.default_rng([1, 1]).normal(size=20)  # seed 0 is the public one
        return f"def spread(x):\n    return {float(x.max() - x.min())!r}\n"
    if attack == "reads":
        expected = next(c for c in reference.nb.cells if c.id == "hidden-spread").outputs[0].data
        (value,) = expected[ANSWER_MIME]["data"]
        wanted = [
            text[::-1] for text in (repr(value), "    ### BEGIN SOLUTION", "hidden-spread", "grader.engine")
        ]
        return READS.format(wanted=wanted, closed=closed) + TRIED
    if attack in ("writes", "fills", "rises"):
        code = {"writes": WRITES, "fills": FILLS, "rises": RISES}[attack]
        return code + TRIED
    code = textwrap.dedent(CHEATS[attack]) + (TRIED if attack == "network" else "")
    return code if "def spread" in code else f"{code}\n\ndef spread(x):\n    return x.max()\n"


@pytest.fixture(scope="module")
def grade(course, reference, kernel, tmp_path_factory):
    """Grade the lab with this answer to this exercise, and right ones to the others."""

    def run_it(attack: str) -> dict:
        folder = tmp_path_factory.mktemp("handed-in") / "mallory"
        folder.mkdir()
        hostile = source(attack, reference, [str(course / "solutions"), str(folder)])
        nb = nbformat.read(course / "labs" / f"{lab_name(LAB)}.ipynb", as_version=4)
        for cell in nb.cells:
            if cell.id.startswith("ex-"):
                cell.source = hostile if cell.id == f"ex-{ATTACKS[attack]}" else ANSWERS[cell.id[3:]]
        nbformat.write(nb, folder / f"{lab_name(LAB)}.ipynb")
        submission = Submission("mallory", LAB, folder / f"{lab_name(LAB)}.ipynb")
        return run.grade(submission, _quick(reference, 3 if attack in ENDLESS else 25), kernel)

    return run_it


def _quick(reference: Reference, seconds: int) -> Reference:
    """The same, but no cell may take longer; imports come first, before any attack."""
    nb = deepcopy(reference.nb)
    for cell in nb.cells:
        if cell.id != "setup-imports":
            cell.metadata.fastfrugal.seconds = seconds
    return replace(reference, nb=nb)


@pytest.fixture(scope="module")
def results(request, grade):
    """The attacks that were asked for, some at a time."""
    here = [item for item in request.session.items if item.module is request.module]
    chosen = {item.callspec.params["attack"]: 0 for item in here if hasattr(item, "callspec")} | {
        "escapes": 0
    }
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)
    yield {attack: pool.submit(grade, attack) for attack in chosen}
    pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module", autouse=True)
def most_memory():
    """The most that a process which reads a kernel's output held while these tests ran, in bytes."""
    peak, done = [0], threading.Event()

    def watch():
        while not done.wait(0.2):
            for driver in drivers():
                with suppress(psutil.Error):
                    peak[0] = max(peak[0], driver.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    yield peak
    done.set()
    thread.join()


def pytest_generate_tests(metafunc):
    """Every attack; where the grader hasn't changed lately, every third, and those that other tests look at."""
    if "attack" in metafunc.fixturenames:
        step = 1 if tried_in_full(metafunc.config, "grader") else 3
        chosen = dict.fromkeys([*list(ATTACKS)[::step], *FLOODS])
        metafunc.parametrize("attack", [attack for attack in chosen if attack not in LEFT])


def test_an_attack_costs_its_own_points_and_nothing_else(results, attack):
    judge(attack, results[attack].result(timeout=120))


def judge(attack: str, result: dict) -> None:
    (own,) = [e for e in result["exercises"] if e["name"] == ATTACKS[attack]]
    assert outcome(result) == PASSED | {own["name"]: own["outcome"]}, own
    assert own["outcome"] in ("failed", "killed") and own["points"] == 0, own
    assert result["score"] == result["max_score"] - own["max_points"]
    assert re.search(WHY.get(attack, ""), own["reason"])
    assert result["seconds"] < 100


def test_nothing_is_left_of_a_run_nor_of_one_whose_driver_is_killed(grade, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="ff-") as folder:  # a socket's path has to be short
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        # Another user of the machine could put this into /tmp: pytest runs it where it isn't told not to.
        (Path(folder) / "conftest.py").write_text("raise SystemExit('not mine')")
        with ThreadPoolExecutor(2) as pool:
            graded = [pool.submit(grade, attack) for attack in LEFT]
            while not any(Path(folder).glob("*/*/run/connection.json")) and not graded[0].done():
                time.sleep(0.01)
            for driver in drivers():
                driver.kill()
        for attack, future in zip(LEFT, graded, strict=True):
            judge(attack, future.result())
        assert [path.name for path in Path(folder).iterdir()] == ["conftest.py"]
        time.sleep(1)
        left = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
        assert not [line for line in left if ORPHAN in line or folder in line]


def drivers() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            found += [process] if "grader.engine" in process.cmdline() else []
    return found


def test_what_a_student_raises_cannot_steer_a_terminal(results):
    for exercise in results["escapes"].result(timeout=120)["exercises"]:
        assert (exercise["reason"] + exercise["reply"]).isprintable()


def test_a_flood_does_not_fill_the_process_that_reads_it(most_memory):
    """The last test here: prints, bundle and replies were among the attacks."""
    assert 50_000_000 < most_memory[0] < 400_000_000  # one that read all would need more than 1 GB
