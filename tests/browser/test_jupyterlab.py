"""A real browser on a real JupyterLab: a learner opens a notebook, restarts and runs all."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tools.notebook_files import ROOT
from utils.protocol import CHECK

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab over a copy of the course, so that autosave leaves the tree alone."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "labs"):
        shutil.copytree(ROOT / name, folder / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--allow-root"]
    command += [
        "--LabApp.expose_app_in_browser=True",
        "--ServerApp.token=secret",
        f"--ServerApp.root_dir={folder}",
        "--log-level=ERROR",
    ]
    environment = os.environ | {"FASTFRUGAL_DATA": str(folder / "data")}
    process = subprocess.Popen(command, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/api?token=secret", process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def wait_for(url: str, process: subprocess.Popen) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            assert process.poll() is None, "JupyterLab ended before it answered"
            time.sleep(0.5)
    pytest.fail("JupyterLab didn't answer within a minute")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, server):
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    page.set_default_timeout(60_000)
    yield page
    page.close()


IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
CELLS = """() => jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .filter(cell => cell.cell_type === 'code')"""  # the model: cells off screen are not in the page


def restart_and_run_all(page, url: str, path: str) -> list[dict]:
    """As a learner does it: Run → Restart Kernel and Run All Cells… → Restart. The code cells after it."""
    page.goto(f"{url}/lab/tree/{path}?token=secret&reset")
    page.wait_for_function(IDLE)  # before there is a kernel, the menu would start one and ask nothing
    page.evaluate("() => jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells…").click()
    page.get_by_role("button", name="Confirm Kernel Restart").or_(
        page.locator(".jp-Dialog-button.jp-mod-warn, .jp-Dialog-button.jp-mod-accept")
    ).first.click()
    done = f"() => ({CELLS})().every(cell => cell.execution_count) && {IDLE}"
    page.wait_for_function(done, timeout=240_000)
    return page.evaluate(CELLS)


def test_lesson_runs_to_its_end(page, server):
    cells = restart_and_run_all(page, server, "notebooks/00_start_here.ipynb")
    errors = [o.get("evalue") for c in cells for o in c["outputs"] if o["output_type"] == "error"]
    assert not errors
    claims = [c for c in cells if "claim(" in "".join(c["source"]) and c["outputs"]]
    assert len(claims) >= 6
    widget_answers(page)


def widget_answers(page) -> None:
    """Press a button of the lesson's widget, and see its picture change."""
    index = page.evaluate(
        """() => {
            const notebook = jupyterapp.shell.currentWidget.content;
            const index = notebook.widgets.findIndex(
                w => w.model.sharedModel.getSource().startsWith('explore_timings'));
            notebook.activeCellIndex = index;
            notebook.scrollToItem(index);
            return index;
        }"""
    )
    assert index > 0
    picture = page.locator(".widget-interact img").first
    picture.wait_for()
    before = picture.get_attribute("src")
    page.locator(".widget-interact button", has_text="p99").click()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.widget-interact img')].some(i => i.src !== before)",
        arg=before,
    )


def test_blank_lab_runs_past_its_red_checks(page, server):
    cells = restart_and_run_all(page, server, "labs/00_lab_start_here.ipynb")
    checks = [c for c in cells if c["id"].startswith(CHECK)]
    replies = ["".join(o["data"]["text/plain"]) for c in checks for o in c["outputs"] if "data" in o]
    assert len(replies) == len(checks) == 5
    assert all("nothing is written in" in reply for reply in replies)
