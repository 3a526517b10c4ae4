"""German is complete and current, and no template holds a text that cannot be translated."""

import ast
import re
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
GERMAN = ROOT / "locale" / "de" / "LC_MESSAGES"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = re.compile(r"&\w+;|spotify\.com/\S+|\b(?:Moodsite|Spotify|JSON|CSV|M3U8?|XSPF|JSPF|ZIP|E)\b")
"""What is the same in every language."""
SAY_IT_THEMSELVES = {"api.html", "styleguide.html", "styleguide_pictures.html", "500.html"}
"""The style guide is for who works on it; the page of last resort speaks both languages at once."""

APPS = ("accounts", "jobs", "library", "moods", "moodsite", "playlists")
TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"(?:\b_|\bn?gettext|\bpgettext\({STRING}, ?(?=u?['\"]))\(?({STRING})")
FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$')
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|%%")


def entries() -> list[dict[str, str]]:
    """The messages of the German catalogue, each as its fields; `flags` holds the comment on its state."""
    found: list[dict[str, str]] = []
    for block in (GERMAN / "django.po").read_text().split("\n\n"):
        entry: dict[str, str] = {"flags": ""}
        field = ""
        for line in block.splitlines():
            if line.startswith("#,"):
                entry["flags"] += line
            elif match := FIELD.match(line):
                field = match[1]
                entry[field] = match[2][1:-1]
            elif line.startswith('"'):
                entry[field] += line[1:-1]
        if entry.get("msgid"):
            found.append(entry)
    return found


def decoded(text: str) -> str:
    """A text of the catalogue without its escapes."""
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def wordings(entry: dict[str, str]) -> list[str]:
    """The German of a message: one, or one for each number."""
    return [text for name, text in entry.items() if name.startswith("msgstr")]


def untranslated(template: str) -> list[str]:
    """Words of a template that stand outside of its translation tags."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}|<!--.*?-->", "", template, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block (?:mood|main_class) %}.*?{% endblock %}", "", text)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    attributes = re.findall(r'\b(?:alt|title|placeholder|aria-label)="([^"]*)"', text)
    shown = [*re.sub(r"<[^>]*>", "\n", text).splitlines(), *attributes]
    words = [NAMES.sub("", line).strip() for line in shown]
    return [line for line in words if re.search(r"[A-Za-z]", line)]


def test_every_message_is_translated_and_none_is_a_guess():
    assert [one["msgid"] for one in entries() if not all(wordings(one)) or "fuzzy" in one["flags"]] == []


def test_translation_keeps_every_placeholder():
    wrong = []
    for entry in entries():
        allowed = set(PLACEHOLDER.findall(entry["msgid"] + entry.get("msgid_plural", "")))
        wrong += [text for text in wordings(entry) if set(PLACEHOLDER.findall(text)) != allowed]

    assert wrong == []


def test_templates_say_nothing_that_cannot_be_translated():
    shown = [template for template in TEMPLATES if template.name not in SAY_IT_THEMSELVES]
    found = {str(template.relative_to(ROOT)): untranslated(template.read_text()) for template in shown}

    assert {name: texts for name, texts in found.items() if texts} == {}


def test_catalogue_that_is_served_is_the_one_that_is_read():
    with translation.override("de"):
        found = (gettext("Build a playlist"), ngettext("%(plays)s play", "%(plays)s plays", 2) % {"plays": 2})

    assert found == ("Playlist bauen", "2 Wiedergaben")


def test_catalogue_knows_every_message_of_the_code():
    known = {decoded(one["msgid"]) for one in entries()}

    assert sorted(messages_of_code() - known) == []


def test_catalogue_knows_every_message_of_the_templates():
    known = {decoded(one["msgid"]) for one in entries()}

    assert sorted(messages_of_templates() - known) == []


def messages_of_code() -> set[str]:
    """The first text of every call that translates."""
    found = set()
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATES:
                text = node.args[1 if node.func.id.startswith("pgettext") else 0]
                found |= {text.value} if isinstance(text, ast.Constant) else set()
    return found


def messages_of_templates() -> set[str]:
    """The first text of every tag that translates, as Django itself reads templates for gettext."""
    found = set()
    for template in TEMPLATES:
        code = templatize(template.read_text(), origin=str(template))
        found |= {ast.literal_eval(text) for text in CALL.findall(code)}
    return found
