"""One signed-in browser that walks through pages and says what is wrong with each."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Response

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SERIOUS = {"serious", "critical"}
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
"""Rules about what a size or theme changes; the others judge the markup, which is the same for all."""
RUN_AXE = """async (rules) => {
    const found = await axe.run(document, {
        resultTypes: ["violations"],
        preload: false,
        runOnly: rules.length ? {type: "rule", values: rules}
            : {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]},
    });
    return found.violations.map((one) => ({
        id: one.id, impact: one.impact, nodes: one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)),
    }));
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
    : [...document.querySelectorAll("main *, header *, footer *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(-2)
        .map((one) => innerWidth + ": " + one.outerHTML.slice(0, 120))"""
PAINT = """() => new Promise((resolve) => {
    const seen = {paint: 0, shift: 0};
    new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.paint = one.startTime; })
        .observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.shift += one.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => {
        const answered = performance.getEntriesByType("navigation")[0].responseStart;
        resolve({paint: seen.paint - answered, shift: seen.shift});
    }, 150);
})"""


@dataclass
class Weight:
    """Compressed bytes of one page, without pictures and fonts."""

    page_and_styles: int = 0
    scripts: int = 0


@dataclass
class Walker:
    """Opens pages one after the other in the same browser context."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        self.answers.append(answer)

    def through(self, paths: list[str]) -> Iterator[str]:
        """Go to each address; a bad status is a complaint, too."""
        for path in paths:
            self.answers.clear()
            answer = self.page.goto(self.base + path, wait_until="load")
            if answer is None or answer.status != 200:
                self.complaints.append(f"{path}: {answer and answer.status}")
            yield path

    def violations(self, rules: list[str] | None = None) -> list[dict[str, Any]]:
        """What axe-core finds serious or critical; of all rules, or of some."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            # The page's own policy forbids foreign scripts; the debugger may still run them.
            self.page.evaluate(AXE.read_text())
        return [one for one in self.page.evaluate(RUN_AXE, rules or []) if one["impact"] in SERIOUS]

    def too_wide(self, *widths: int) -> list[str]:
        """Elements that make the page scroll sideways at some width."""
        found: list[str] = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 844})
            found += self.page.evaluate(TOO_WIDE)
        return found

    def paint(self) -> dict[str, float]:
        """Milliseconds from the answer to the largest paint, and how far things jumped meanwhile."""
        return self.page.evaluate(PAINT)

    def quickest_paint(self, *, within_ms: float) -> dict[str, float]:
        """The paint of the page as opened; where it took longer, the quickest of three openings.

        Whatever else the processors do can make a paint later, never sooner.
        """
        paints = [self.paint()]
        while paints[-1]["paint"] >= within_ms and len(paints) < 3:
            self.page.reload(wait_until="load")
            paints.append(self.paint())
        return min(paints, key=lambda paint: paint["paint"])

    def weight(self) -> Weight:
        """How heavy the page was to load."""
        weight = Weight()
        for answer in self.answers:
            kind = answer.request.resource_type
            if kind in {"document", "stylesheet"}:
                weight.page_and_styles += len(gzip.compress(answer.body()))
            elif kind == "script":
                weight.scripts += len(gzip.compress(answer.body()))
        return weight
