"""Rules that every template keeps."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR, "templates")
COMPONENTS = sorted((TEMPLATES / "components").rglob("*.html"))


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_component_says_what_it_takes_when_opened(path):
    assert path.read_text().startswith("{# ")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_template_holds_no_inline_style_or_script_when_read(path):
    inline = re.findall(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son\w+=\"|javascript:", path.read_text())

    assert inline == []
