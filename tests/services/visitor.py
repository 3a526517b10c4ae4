"""Somebody without a browser who reads pages, fills in their forms and follows where they lead."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

Fields = list[tuple[str, str]]


class Form:
    """One form: where it goes, how, and what it says unless changed."""

    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").lower()
        self.fields: Fields = []
        self.buttons: Fields = []


class Page(HTMLParser):
    """What a page offers to do."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self._form = Form(found)
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "select":
            self._select = found.get("name") or ""
        elif tag == "option" and "selected" in found:
            self._form.fields.append((self._select, found.get("value") or ""))
        elif tag == "textarea" and found.get("name"):
            self._form.fields.append((found["name"], ""))
        elif tag in {"input", "button"} and found.get("name"):
            self._take(tag, found)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None

    def _take(self, tag, found):
        kind = found.get("type") or "text"
        entry = (found["name"], found.get("value") or "")
        if tag == "button" or kind == "submit":
            self._form.buttons.append(entry)
        elif kind not in {"radio", "checkbox"} or "checked" in found:
            self._form.fields.append(entry)


class Visitor:
    """A session of one person."""

    def __init__(self, url: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self.url = url
        self.answer: requests.Response | None = None

    def open(self, path: str) -> requests.Response:
        """Go to an address of the site."""
        return self._arrived(self._session.get(urljoin(self.url, path), timeout=30))

    def submit(self, action_part: str, **changes: str) -> requests.Response:
        """Send the form of this page whose action contains `action_part`, with some fields changed."""
        form = next(form for form in Page(self.answer.text).forms if action_part in form.action)
        fields = [(name, value) for name, value in form.fields if name not in changes]
        target = urljoin(self.answer.url, form.action)
        said = [*fields, *changes.items()]
        sent = {"data": said} if form.method == "post" else {"params": said}
        headers = {"Referer": self.answer.url}
        return self._arrived(self._session.request(form.method, target, headers=headers, timeout=30, **sent))

    def close(self) -> None:
        """Leave."""
        self._session.close()

    def _arrived(self, answer: requests.Response) -> requests.Response:
        self.answer = answer
        assert answer.status_code == 200, (answer.status_code, answer.url, answer.text[:500])
        return answer
