"""Take the pictures in docs/screenshots from the running product: `make screenshots`."""

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import CHROMIUM, QUIET

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "docs" / "screenshots"
LISTENER = "sam"
START_S, MOODS_S = 120, 180
SIZES = {"phone": ((390, 844), 2), "desktop": ((1440, 900), 1)}
THEMES = ("light", "dark")
LARGEST_BYTES, MOST_BYTES = 250_000, 6_000_000


@contextmanager
def running_demo() -> Iterator[str]:
    """The demo in a folder of its own, as long as it is needed; its address."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--folder", folder],
            cwd=ROOT,
            env={**kept, "PORT": str(port), "DOTENV": os.devnull},
        )
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: answers(f"{url}/healthz"), seconds=START_S, what="the demo to start")
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def free_port() -> int:
    """A port that is free together with the next one, where the simulated world goes."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            try:
                second.bind(("127.0.0.1", first.getsockname()[1] + 1))
            except OSError:
                continue
            return int(first.getsockname()[1])


def answers(url: str) -> bool:
    """Whether something answers there."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def wait_for(is_so: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Look twice a second; raises SystemExit when it takes too long."""
    until = monotonic() + seconds
    while not is_so():
        if monotonic() > until:
            raise SystemExit(f"Waited too long for {what}.")
        sleep(0.5)


def sign_in(page: Page, url: str) -> None:
    """Through the simulated Spotify's consent page."""
    page.goto(url)
    page.get_by_role("button", name="Continue with Spotify").click()
    page.locator(f"input[value={LISTENER}]").check()
    page.get_by_role("button", name="Agree").click()
    page.wait_for_url(f"{url}/home/")


def bring_history(page: Page, url: str, folder: Path) -> None:
    """Upload the made-up download and wait until the moods of its songs are known."""
    port = int(url.rsplit(":", 1)[1]) + 1
    download = folder / "my_spotify_data.zip"
    urllib.request.urlretrieve(f"http://127.0.0.1:{port}/_sandbox/download/{LISTENER}.zip", download)
    page.goto(f"{url}/imports/")
    page.locator("input[type=file]").set_input_files(str(download))
    page.get_by_role("button", name="Upload", exact=True).click()
    page.get_by_role("link", name="See your moods").wait_for(timeout=MOODS_S * 1000)
    page.goto(f"{url}/home/")
    wait_for(lambda: is_settled(page), seconds=MOODS_S, what="the moods")


def is_settled(page: Page) -> bool:
    """Whether Home no longer says that something is going on."""
    page.reload()
    return page.locator("#home-progress[hx-get]").count() == 0


def build_playlist(page: Page, url: str) -> str:
    """Keep a journey as a playlist; its address."""
    page.goto(f"{url}/build/?ready=sad-to-happy")
    page.get_by_role("button", name="Save here only").click()
    page.wait_for_url(f"{url}/playlists/*/")
    return page.url


def addresses(page: Page, url: str, playlist: str) -> dict[str, str]:
    """What is taken, by name."""
    page.goto(f"{url}/tracks/?mood=happy")
    track = page.locator(".track__title").first.get_attribute("href")
    page.goto(f"{url}/imports/")
    imported = page.locator(".imports__name a").first.get_attribute("href")
    return {
        "home": f"{url}/home/",
        "explore": f"{url}/moods/",
        "mood": f"{url}/moods/calm/",
        "tracks": f"{url}/tracks/",
        "track": f"{url}{track}",
        "build": f"{url}/build/?mood=calm",
        "playlist": playlist,
        "import": f"{url}{imported}",
        "sync": f"{url}/sync/",
        "share": f"{url}/share/",
    }


def take(browser: Browser, known: BrowserContext | None, places: dict[str, str]) -> None:
    """Every place at every size in both themes."""
    state = known.storage_state() if known else None
    for device, (size, scale) in SIZES.items():
        for theme in THEMES:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                device_scale_factor=scale,
                color_scheme=theme,
                storage_state=state,
                reduced_motion="reduce",
                locale="en-GB",
            )
            page = context.new_page()
            for name, place in places.items():
                page.goto(place, wait_until="networkidle")
                keep(page.screenshot(), FOLDER / f"{name}-{device}-{theme}.png")
            context.close()


def keep(picture: bytes, path: Path) -> None:
    """Write it with as many of 256 colours as keep it below LARGEST_BYTES."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64):
        image.quantize(colours, method=Image.Quantize.MEDIANCUT).save(path, optimize=True)
        if path.stat().st_size < LARGEST_BYTES:
            return
    raise SystemExit(f"{path.name} is too large.")


def main() -> None:
    """Start the product, use it as a listener would, take the pictures, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_demo() as url, sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        take(browser, None, {"landing": url})
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        sign_in(page, url)
        bring_history(page, url, Path(folder))
        playlist = build_playlist(page, url)
        take(browser, context, addresses(page, url, playlist))
        browser.close()
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.1f} MB, in {FOLDER.relative_to(ROOT)}")
    if total > MOST_BYTES:
        raise SystemExit("That is more than a repository should carry.")


if __name__ == "__main__":
    main()
