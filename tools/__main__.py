"""`python -m tools COMMAND`: set up what the command needs, then run it inside .venv.

Everything above `main` must parse and run under old Pythons (3.6, even 2.7): its first duty is to
say which Python is needed. Nothing else of ours is imported before that is settled.
"""

import os
import subprocess
import sys

from tools import Stop

OLDEST, NEWEST = (3, 11), (3, 13)  # what pyproject.toml's requires-python says
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# command: (module that does it, first arguments, what it needs, what it does)
COMMANDS = {
    "lab": ("tools.setup.serve", [], "learner", "open JupyterLab on the first lesson"),
    "test": ("tools.testing", [], "test", "try the whole course (--chapter 00: all of one chapter)"),
    "test-full": (
        "tools.testing",
        ["--full"],
        "test",
        "every answer, also with other private seeds, a class of 200",
    ),
    "check": ("tools.rules", [], "test", "check the tree's own rules, in seconds"),
    "setup": (None, [], "learner", "set up .venv and the data, run nothing (--test: all of it)"),
    "prepare": (
        "utils.models",
        ["make"],
        "learner",
        "make now what lessons would make on first use (--chapter 12)",
    ),
    "record": ("utils.models", ["record"], "test", "make shipped networks and studies anew (--chapter 01)"),
    "execute": ("tools.execute", [], "test", "run notebooks in place, with clean metadata"),
    "soak": ("tools.soak", [], "test", "run notebooks strictly ten times, half of them under load"),
    "derive": ("tools.derive", [], "test", "make labs/ from solutions/"),
    "new": ("tools.new", [], "test", "start a new chapter"),
    "grader": ("grader", [], "test", "for instructors: release labs, grade what comes back"),
    "bench-grader": ("tools.bench_grader", [], "test", "time grading, beside nbgrader"),
    "pins": ("tools.pins", [], "test", "write locks and environment files from pyproject.toml"),
}


def present(module):
    """Is it here? The students' bundle holds only what `lab` and `setup` need."""
    path = os.path.join(ROOT, *module.split("."))
    return os.path.isfile(path + ".py") or os.path.isdir(path)


COMMANDS = {name: row for name, row in COMMANDS.items() if row[0] is None or present(row[0])}

HELP = """usage: python -m tools COMMAND [options of the command]

{commands}
  help        this text; COMMAND --help tells more about one command

The first command makes .venv here and installs the exact versions of requirements.lock (some
minutes, about 1 GB to download); later ones start at once. `make lab` is the same as
`python -m tools lab`, and so are the other commands that `make help` lists.

FASTFRUGAL_TORCH=cpu or =cuda chooses PyTorch's build; else it is the CPU build on a machine
with no NVIDIA GPU. To begin afresh, remove the folder .venv.
"""


def help_text():
    lines = ["  {:<11} {}".format(name, COMMANDS[name][3]) for name in COMMANDS]
    return HELP.format(commands="\n".join(lines))


def dotted(version):
    return ".".join(str(part) for part in version)


def supported(version):
    return OLDEST <= tuple(version[:2]) <= NEWEST


def version_of(command):
    """The version of the Python that COMMAND starts; None where it doesn't start (a dead shim)."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        process = subprocess.Popen(command + ["-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out = process.communicate()[0].decode()
        return tuple(int(part) for part in out.split(".")) if process.returncode == 0 else None
    except (OSError, ValueError):
        return None


def another_python():
    """A command that starts a Python we support, or None. 3.11 first: it is tested the most."""
    candidates = [[os.path.join(ROOT, ".venv", "bin", "python")]]
    candidates += [["python3.{}".format(minor)] for minor in range(OLDEST[1], NEWEST[1] + 1)]
    if os.name == "nt":
        candidates = [["py", "-3.{}".format(n)] for n in range(OLDEST[1], NEWEST[1] + 1)]
    for command in candidates:
        version = version_of(command)
        if version and supported(version):
            return command
    return None


def refusal(version, command):
    """What to say to a Python that we can't use, where no other was found."""
    how = "too old" if tuple(version[:2]) < OLDEST else "too new for TensorFlow"
    again = "python -m tools " + command
    if os.name != "nt":
        again = "`make {} PYTHON=python{}`".format(command, dotted(OLDEST))
        if command not in ("lab", "test", "test-full", "check"):
            again = "`python{} -m tools {}`".format(dotted(OLDEST), command)
    return "This is Python {}, {}: install one from {} to {}, then type {}.".format(
        dotted(version[:3]), how, dotted(OLDEST), dotted(NEWEST), again
    )


def with_right_python(argv):
    """Under a Python we can't use: run the same again with one we can, or say what to install."""
    command = another_python()
    if command is None:
        raise Stop(refusal(sys.version_info, argv[0]))
    version = dotted(sys.version_info[:2])
    sys.stderr.write("Python {} can't be used here, {} can.\n".format(version, " ".join(command)))
    sys.stderr.flush()
    return subprocess.call(command + ["-m", "tools"] + argv, cwd=ROOT)


def main(argv):
    if not argv or argv[0] in ("help", "-h", "--help"):
        print(help_text())
        return 0
    if argv[0] not in COMMANDS:
        raise Stop("There is no command '{}': `python -m tools help` lists them.".format(argv[0]))
    if not supported(sys.version_info):
        return with_right_python(argv)
    from tools.setup import environment  # from here on a new enough Python reads us

    return environment.run(argv[0], COMMANDS[argv[0]], argv[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.stderr.write("\n{}\n".format(stop))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on from here.\n")
        sys.exit(130)
