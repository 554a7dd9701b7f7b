"""Execute notebooks in place, so that a run of an unchanged one leaves git clean.

    python -m tools execute                      # all lessons and solutions
    python -m tools execute notebooks/00_*.ipynb
    python -m tools execute --fresh …            # take new outputs for varying cells too

Where no code changed since the last execution, outputs that vary from run to run (cells tagged
nbval-ignore-output, figures, the measured numbers in claims) keep their stored version. Any change of
code in a notebook renews all of its outputs.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from copy import deepcopy
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tools.notebook_files import code_cells, paths, read, source_digest, tags, write
from utils.protocol import HIDDEN, IGNORED, TRUTH

NOT_COMPARED = {"image/png", "image/jpeg", "text/html"}  # what nbval passes over, here
# What a page is read without, by the cell's id: imports, drawing, the plumbing of claims.
FOLDED = {
    "notebooks": re.compile(r"(setup|draw|claim)-.*|.*-(figure|claims?)"),
    "solutions": re.compile(r"setup-(imports|quiet)"),
}
WIDGET = "application/vnd.jupyter.widget-view+json"  # its model ids are random


def execute(path: Path, fresh: bool = False) -> bool:
    """Run one notebook in its own folder and store it; True where the file changed."""
    stored = read(path)
    nb = deepcopy(stored)
    client = NotebookClient(
        nb,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # no word on how the kernel is connected
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    clean(nb, path.parent.name)
    digest = source_digest(nb)
    if not fresh and stored.metadata.get("fastfrugal", {}).get("executed") == digest:
        keep_varying(stored, nb)
    nb.metadata.setdefault("fastfrugal", {})["executed"] = digest
    return write(path, nb)


def clean(nb: NotebookNode, folder: str = "notebooks") -> None:
    """Drop what differs between machines, or is random, and tells a reader nothing; fold what nobody reads first."""
    ours = nb.metadata.get("fastfrugal", {})
    nb.metadata = NotebookNode(
        fastfrugal=ours,
        kernelspec=NotebookNode(display_name="Python 3", language="python", name="python3"),
        language_info=NotebookNode(name="python"),
    )
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if WIDGET not in out.get("data", {})]
            if cell.id.startswith((HIDDEN, TRUTH)):  # compared with nothing, and most of a file's lines
                cell.outputs = []
            cell.metadata.pop("jupyter", None)
            if FOLDED.get(folder) and FOLDED[folder].fullmatch(cell.id):
                cell.metadata["jupyter"] = {"source_hidden": True}


def keep_varying(stored: NotebookNode, nb: NotebookNode) -> None:
    """Put stored outputs back where the new ones differ only in what no one compares."""
    for old, new in zip(code_cells(stored), code_cells(nb), strict=True):
        if IGNORED in tags(new) or _compared(old.outputs) == _compared(new.outputs):
            new.outputs = old.outputs


def _compared(outputs: list) -> list:
    return [
        (
            out.output_type,
            out.get("text"),
            {k: v for k, v in out.get("data", {}).items() if k not in NOT_COMPARED},
        )
        for out in outputs
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools execute",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks; all lessons and solutions if none")
    parser.add_argument("--fresh", action="store_true", help="renew outputs that vary, too")
    args = parser.parse_args()
    missing = [str(path) for path in args.paths if not path.is_file()]
    if missing:
        print(f"There is no {', '.join(missing)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FASTFRUGAL_DATA"] = folder  # a maintainer's run is no learner's progress
        os.environ["FASTFRUGAL_BARS"] = "off"  # what is made on first use leaves no trace in outputs
        for path in args.paths or paths("notebooks", "solutions"):
            started = time.perf_counter()
            print(f"{path} …", end=" ", flush=True)
            try:
                changed = execute(path, args.fresh)
            except CellExecutionError as error:
                print(f"\n{path} is left as it was; this cell failed:\n{error}", file=sys.stderr)
                return 1
            print(f"{'changed' if changed else 'unchanged'}, {time.perf_counter() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
