"""A real browser on a real JupyterLab: a learner opens a notebook, restarts and runs all."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tools.notebook_files import ROOT

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
    command += ["--ServerApp.token=secret", f"--ServerApp.root_dir={folder}", "--log-level=ERROR"]
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


def restart_and_run_all(page, url: str, path: str) -> None:
    """Open a notebook and choose Run → Restart Kernel and Run All Cells…; wait until the kernel is idle."""
    page.goto(f"{url}/lab/tree/{path}?token=secret&reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    page.click("text=Run >> nth=0")
    page.click("text=Restart Kernel and Run All Cells…")
    page.click(".jp-Dialog button:has-text('Restart')")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator:not([data-status=idle])")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=180_000)


def saved(page) -> dict:
    """The notebook as JupyterLab's own model holds it: cells off screen are not in the page."""
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    path = re.search(r"/lab/tree/([^?]+)", page.url)[1]
    return page.evaluate(
        """async path => {
            const base = location.origin;
            const reply = await fetch(`${base}/api/contents/${path}?token=secret`);
            return (await reply.json()).content;
        }""",
        path,
    )


def test_lesson_runs_to_its_end(page, server):
    restart_and_run_all(page, server, "notebooks/00_start_here.ipynb")
    cells = [c for c in saved(page)["cells"] if c["cell_type"] == "code"]
    errors = [o.get("evalue") for c in cells for o in c["outputs"] if o["output_type"] == "error"]
    assert not errors
    assert all(c["execution_count"] for c in cells), "a cell was not run"
    claims = [c for c in cells if "claim(" in "".join(c["source"]) and c["outputs"]]
    assert len(claims) >= 6


def test_widget_answers(page, server):
    restart_and_run_all(page, server, "notebooks/00_start_here.ipynb")
    page.click("text=Run >> nth=0")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    slider = page.locator(".widget-slider")
    for _ in range(40):  # cells are drawn when they come into view
        if slider.count():
            break
        page.mouse.move(700, 500)
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(200)
    picture = page.locator(".jupyter-widgets-output-area img, .widget-interact img").first
    before = picture.get_attribute("src")
    page.locator("button.jupyter-button:has-text('p99')").first.click()
    page.wait_for_function(
        """before => [...document.querySelectorAll('.widget-interact img')].some(i => i.src != before)""",
        arg=before,
    )


def test_blank_lab_runs_past_its_red_checks(page, server):
    restart_and_run_all(page, server, "labs/00_start_here.ipynb")
    cells = [c for c in saved(page)["cells"] if c["cell_type"] == "code"]
    assert all(c["execution_count"] for c in cells), "a red check stopped the run"
    checks = [c for c in cells if "with Check(" in "".join(c["source"])]
    replies = ["".join(o["data"]["text/plain"]) for c in checks for o in c["outputs"] if "data" in o]
    assert len(replies) == 5 and all("nothing is written here yet" in reply for reply in replies)
