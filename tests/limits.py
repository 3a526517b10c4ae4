"""Hold the size limits of the style: `python -m tests.limits FUNCTION_LINES FILE_LINES`.

A code line holds at least one token that is neither a comment nor part of a docstring.
"""

import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    *("moodsite", "accounts", "jobs", "library", "moods", "playlists", "spotify"),
    *("sandbox", "bench"),
)
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
LAYOUT |= {tokenize.ENCODING, tokenize.ENDMARKER}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_lines(source: str) -> set[int]:
    """The numbers of the lines that hold code."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines -= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return lines


def complaints(path: Path, *, function_limit: int, file_limit: int) -> Iterator[str]:
    """What is too long in one file."""
    source = path.read_text()
    lines = code_lines(source)
    if len(lines) > file_limit:
        yield f"{path}: {len(lines)} code lines, the limit is {file_limit}"
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        length = len(lines & set(range(node.lineno, (node.end_lineno or 0) + 1)))
        if length > function_limit:
            yield f"{path}:{node.lineno} {node.name}: {length} code lines, the limit is {function_limit}"


def main(function_limit: int, file_limit: int) -> int:
    """Print every complaint; 1 when there is one."""
    paths = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    found = [
        complaint
        for path in paths
        if "migrations" not in path.parts
        for complaint in complaints(path, function_limit=function_limit, file_limit=file_limit)
    ]
    print("\n".join(found) or f"{len(paths)} files within {function_limit} and {file_limit} lines")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
