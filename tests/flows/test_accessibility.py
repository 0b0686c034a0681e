"""The report in real Chromium, looked at by axe-core, in both languages, on a phone and on a desk."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from flows.pages import summary_html
from tests.flows.made_up_summary import WHOLE

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FETCHED = Path(__file__).resolve().parents[2] / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
AXE = Path(os.environ.get("RECONCILE_AXE", FETCHED))
ENOUGH = 95
RUN = """axe.run(document).then(found => {
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify({
    wide: document.documentElement.scrollWidth > window.innerWidth,
    passes: found.passes.length,
    violations: found.violations.map(broken => [broken.id, broken.help, broken.nodes.map(node => node.html)]),
  });
  document.body.append(told);
})"""


@pytest.fixture(scope="module", autouse=True)
def browser() -> None:
    """Where there is no browser these tests are left out and say so; RECONCILE_BROWSER=required has them fail."""
    missing = [] if CHROMIUM else ["no Chromium on this machine: apt-get install chromium"]
    missing += [] if AXE.is_file() else ["no axe-core here: make axe"]
    if missing:
        leave_out = pytest.fail if os.environ.get("RECONCILE_BROWSER") == "required" else pytest.skip
        leave_out("The report is not looked at in a browser: " + "; ".join(missing))


@pytest.fixture(scope="module")
def page() -> str:
    return summary_html(WHOLE)


def looked_at(page: str, folder: Path, width: int) -> dict[str, Any]:
    """What axe finds in the page in a window of this width."""
    file = folder / "page.html"
    file.write_text(
        page.replace("</body>", f"<script>{AXE.read_text('utf-8')}</script><script>{RUN}</script></body>"), "utf-8"
    )
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--window-size={width},2000",
    )
    browser = (
        str(CHROMIUM),
        *flags,
        f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=60000",
        "--dump-dom",
    )
    seen = subprocess.run([*browser, file.as_uri()], capture_output=True, text=True, timeout=180, check=True)
    found = re.search(r'<pre id="found">(.*?)</pre>', seen.stdout, re.DOTALL)
    assert found, seen.stderr[-2000:]
    return dict(json.loads(html.unescape(found[1])))


def in_khmer(page: str) -> str:
    return page.replace('id="choose-en" checked', 'id="choose-en"').replace('id="choose-km"', 'id="choose-km" checked')


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "km"])
def test_axe_finds_nothing_to_mend(page: str, tmp_path: Path, language: str, width: int) -> None:
    found = looked_at(page if language == "en" else in_khmer(page), tmp_path, width)
    score = 100 * found["passes"] / (found["passes"] + len(found["violations"]))
    assert score >= ENOUGH, found["violations"]
    assert not found["violations"]
    assert not found["wide"], "the page is wider than its window"


def test_axe_would_find_a_fault(page: str, tmp_path: Path) -> None:
    harmed = page.replace("<main>", '<main><img src="data:,"><p style="color: #ddd">Nobody can read this.</p>')
    assert {name for name, *_ in looked_at(harmed, tmp_path, 1280)["violations"]} >= {"image-alt", "color-contrast"}
