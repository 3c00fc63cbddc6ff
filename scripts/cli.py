"""clinmatch: the command line."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.record import IndexProblem
from matcher.document import Document, InvalidDocument, Kind, MatcherProblem
from matcher.encoder import PRECISIONS
from matcher.formats import Format, read_mapping
from matcher.marking import PARTS
from matcher.sources import UPLOADS
from matcher.vocabulary import load
from service.keys import SCOPES, Limits
from service.settings import InvalidSetting, Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

FAILED = 1  # something named on standard error went wrong
LABELLED = ("craigslist", "ferr", "melo", "talentclef")
REFUSED = 3  # some lines were not taken; all others were


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except (MatcherProblem, IndexProblem, OSError) as error:
        print(f"clinmatch: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
    return status


def _settings(options: argparse.Namespace) -> Settings:
    given = {name: getattr(options, name) for name in ("store", "model", "precision", "host", "port", "keys") if getattr(options, name, None) is not None}
    return replace(Settings.from_environment(), **given)


def _ingest(options: argparse.Namespace) -> int:
    from scripts.ingest import ingest
    from scripts.uploads import opened_uploads
    from service.compose import open_matcher

    mapping = _mapping(options)
    matcher = open_matcher(_settings(options))
    with opened_uploads() as open_upload:
        report = ingest(matcher, options.files, Kind(options.kind) if options.kind else None, mapping, open_upload)
    for refusal in report.refusals:
        print(refusal, file=sys.stderr)
    print(f"{report.taken} taken, {len(report.refusals)} refused; {matcher.count(Kind.POSTING)} postings and {matcher.count(Kind.RESUME)} resumes are stored")
    matcher.close()
    return REFUSED if report.refusals else 0


def _export(options: argparse.Namespace) -> int:
    from scripts.export import check_kind, export, lint
    from service.compose import open_matcher

    mapping, kind, settings = _mapping(options), Kind(options.kind), _settings(options)
    check_kind(kind, Format(options.format))
    if options.lint and options.format != Format.JOB_POSTING:
        raise InvalidDocument("lint", f"is for the format {Format.JOB_POSTING}, not {options.format}")
    matcher = open_matcher(settings)
    with options.output.open("wb") if options.output else nullcontext(sys.stdout.buffer) as out:
        count = export(matcher, kind, Format(options.format), out, mapping)
    found = list(lint(matcher)) if options.lint else []
    for id, complaint in found:
        print(f"{id}: {complaint}", file=sys.stderr)
    print(f"{count} {kind.value}s exported", file=sys.stderr)
    matcher.close()
    return REFUSED if any(complaint.required for _, complaint in found) else 0


def _match(options: argparse.Namespace) -> int:
    from scripts.show import show_found
    from service.compose import open_matcher

    matcher = open_matcher(_settings(options))
    kind = Kind.RESUME if options.resume else Kind.POSTING
    name = options.resume or options.posting
    path = Path(name)
    stored = not path.is_file()
    show_found(
        matcher.match_stored(kind, name, limit=options.limit) if stored else matcher.match(_document(path, kind), limit=options.limit),
        load(),
        details=not options.brief,
    )
    matcher.close()
    return 0


def _compare(options: argparse.Namespace) -> int:
    from scripts.show import show_match
    from service.compose import unstored_matcher

    matcher = unstored_matcher(_settings(options))
    show_match(matcher.compare(_document(options.posting, Kind.POSTING), _document(options.resume, Kind.RESUME)), load())
    return 0


def _serve(options: argparse.Namespace) -> int:
    from service.main import serve

    serve(_settings(options))
    return 0


def _keys(options: argparse.Namespace) -> int:
    from scripts.keys import create_key, list_keys, revoke_key, rotate_key

    settings = _settings(options)
    if options.action == "list":
        list_keys(settings)
    elif not options.name:
        raise InvalidSetting(f"keys {options.action}: the {'tenant' if options.action == 'create' else 'id of the key'} is missing")
    elif options.action == "create":
        create_key(settings, options.name, options.label, options.scope, Limits(options.per_minute, options.matches_per_day, options.documents))
    else:
        {"rotate": rotate_key, "revoke": revoke_key}[options.action](settings, options.name)
    return 0


def _openapi(options: argparse.Namespace) -> int:
    from scripts.openapi import write_openapi

    write_openapi(allow_breaking=options.allow_breaking)
    return 0


def _rebuild(options: argparse.Namespace) -> int:
    from scripts.rebuild import rebuild

    print(f"{rebuild(_settings(options))} documents read and encoded anew")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from scripts.eligibility import evaluate_eligibility
    from scripts.evaluate import evaluate
    from scripts.reading import evaluate_reading

    if options.reading:
        evaluate_reading(options.reading, options.json, options.run_file, options.part)
    elif options.eligibility:
        evaluate_eligibility(options.folder, options.eligibility, options.json)
    if not options.reading and (options.run_file or not options.eligibility):
        evaluate(options.folder, _settings(options), as_json=options.json, run=options.run_file, peers=options.peer)
    return 0


def _fit(options: argparse.Namespace) -> int:
    from scripts.fit import fit_weights

    fit_weights(options.folder, _settings(options), options.write)
    return 0


def _coverage(options: argparse.Namespace) -> int:
    from scripts.coverage import print_coverage

    return FAILED if print_coverage(options.files, Kind(options.kind) if options.kind else None, options.json) else 0


def _labelled(options: argparse.Namespace) -> int:
    from scripts.labelled import print_labelled

    print_labelled(options.set, options.folder, _settings(options), options.json)
    return 0


def _stuffing(options: argparse.Namespace) -> int:
    from scripts.stuffing import stuffing

    stuffing(options.folder, _settings(options), options.json, options.trials)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from scripts.doctor import doctor

    return 0 if doctor(_settings(options)) else FAILED


def _search_times(options: argparse.Namespace) -> int:
    from scripts.search_times import search_times, show_times

    found = search_times(_settings(options))
    print(json.dumps(found)) if options.json else show_times(found)
    return 0


def _growth(options: argparse.Namespace) -> int:
    from scripts.growth import growth

    growth(_settings(options), options.into, options.counts, options.picture)
    return 0


def _encode_times(options: argparse.Namespace) -> int:
    from scripts.encode_times import encode_times

    encode_times(_settings(options), options.resumes, options.count)
    return 0


def _page_times(options: argparse.Namespace) -> int:
    from scripts.page_times import page_times

    page_times(_settings(options), options.postings, options.count, shutil.which(options.browser) or options.browser)
    return 0


def _measure(options: argparse.Namespace) -> int:
    from scripts.measure import measure
    from scripts.peer_times import peer_times

    if options.peer:
        peer_times(_settings(options), options.peer, options.postings, options.resumes, options.count)
    else:
        measure(_settings(options), options.postings, options.resumes, options.count)
    return 0


def _overload(options: argparse.Namespace) -> int:
    from scripts.overload import overload

    overload(_settings(options), options.store, options.seconds, options.json)
    return 0


def _clients(options: argparse.Namespace) -> int:
    from scripts.clients import clients

    clients(_settings(options), options.store, options.clients, options.seconds, options.json)
    return 0


def _bulk_rate(options: argparse.Namespace) -> int:
    from scripts.bulk_rate import bulk_rate

    bulk_rate(_settings(options), options.postings, options.count)
    return 0


def _slow_clients(options: argparse.Namespace) -> int:
    from scripts.slow_clients import slow_clients

    slow_clients(_settings(options), options.json)
    return 0


def _demo(options: argparse.Namespace) -> int:
    from scripts.demo import demo

    demo(_settings(options))
    return 0


def _uploads(options: argparse.Namespace) -> int:
    from scripts.uploads import print_uploads

    return REFUSED if print_uploads(options.folder, options.json) else 0


def _mapping(options: argparse.Namespace) -> dict[str, str] | None:
    return read_mapping(options.mapping.read_bytes()) if options.mapping else None


def _document(path: Path, kind: Kind) -> Document:
    """One file as one document: PDF and DOCX by what they are, anything else as UTF-8."""
    if path.suffix.lower() in UPLOADS:
        from scripts.uploads import opened_uploads

        with opened_uploads() as open_upload:
            return Document.from_mapping({"id": path.stem, "kind": kind, "text": open_upload(path).text})
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument(str(path), f"is not UTF-8 at byte {error.start}") from error
    return Document.from_mapping({"id": path.stem, "kind": kind, "text": text})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clinmatch", description="Match resumes and postings in mental-health work, and account for every point.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ingest = _command(
        commands,
        "ingest",
        _ingest,
        "load documents from .jsonl, .csv, .json (JobPosting, JSON Resume), .txt, .pdf or .docx files; exit status 3 when a line was refused",
    )
    ingest.add_argument("files", nargs="+", type=Path, metavar="FILE")
    ingest.add_argument("--kind", choices=[kind.value for kind in Kind], help="the kind of documents that do not name theirs")
    ingest.add_argument("--mapping", type=Path, metavar="FILE", help="a JSON object from the headers of .csv files to our columns")
    _add_export(commands)

    match = _command(commands, "match", _match, "rank the stored documents for a resume or a posting")
    asked = match.add_mutually_exclusive_group(required=True)
    asked.add_argument("--resume", metavar="FILE_OR_ID", help="a text, PDF or DOCX file, or the id of a stored resume")
    asked.add_argument("--posting", metavar="FILE_OR_ID", help="a text, PDF or DOCX file, or the id of a stored posting")
    match.add_argument("--limit", type=_number(1, 200), default=5)
    match.add_argument("--brief", action="store_true", help="summaries without the ledger")

    compare = _command(commands, "compare", _compare, "one posting against one resume, stored nowhere")
    compare.add_argument("posting", type=Path)
    compare.add_argument("resume", type=Path)

    _add_operation(commands)
    _add_measurement(commands)
    _add_experiments(commands)
    return parser


def _add_export(commands: Commands) -> None:
    export = _command(commands, "export", _export, "write the stored documents of a kind for other programs")
    export.add_argument("--kind", choices=[kind.value for kind in Kind], required=True)
    export.add_argument("--format", choices=[format.value for format in Format], default=Format.JSONL.value, help="default: %(default)s")
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    export.add_argument("--mapping", type=Path, metavar="FILE", help="a JSON object from the headers of the CSV to our columns")
    export.add_argument("--lint", action="store_true", help="jobposting: say what Google for Jobs would refuse; exit status 3 where it would")


def _add_operation(commands: Commands) -> None:
    serve = _command(commands, "serve", _serve, "start the HTTP service")
    serve.add_argument("--host")
    serve.add_argument("--port", type=_number(1, 65535))
    serve.add_argument(
        "--keys", action="store_const", const=True, help="every caller needs an API key, which names its tenant; without, only this machine is answered"
    )

    keys = _command(commands, "keys", _keys, "make, list, replace and revoke API keys, also of a running service")
    keys.add_argument("action", choices=["create", "list", "rotate", "revoke"])
    keys.add_argument("name", nargs="?", metavar="TENANT_OR_KEY", help="create: the tenant; rotate and revoke: the id of the key")
    keys.add_argument("--label", default="", help="create: what the key is for")
    keys.add_argument(
        "--scope", action="append", default=[], choices=SCOPES, metavar="SCOPE", help=f"create: may be repeated; default: all of {', '.join(SCOPES)}"
    )
    keys.add_argument("--per-minute", type=_number(1, 1_000_000), default=Limits.per_minute, help="create: requests (default: %(default)s)")
    keys.add_argument("--matches-per-day", type=_number(1, 1_000_000_000), default=Limits.matches_per_day, help="create: of the tenant (default: %(default)s)")
    keys.add_argument(
        "--documents", type=_number(1, 1_000_000_000), default=Limits.documents, help="create: of each kind that the tenant may store (default: %(default)s)"
    )

    openapi = _command(commands, "openapi", _openapi, "write docs/openapi.json anew, unless that would break callers of the one that is there")
    openapi.add_argument("--allow-breaking", action="store_true")

    _command(commands, "rebuild", _rebuild, "read and encode a store anew after the model, the vocabulary or a rule has changed")

    _command(commands, "doctor", _doctor, "check the model, the vocabulary, the store, uploads and what lies beside the store")
    _command(commands, "demo", _demo, "load the bundled sample and match a resume")


def _add_measurement(commands: Commands) -> None:
    evaluate = _command(commands, "evaluate", _evaluate, "measure ranking on a judged folder beside the controls; or eligibility, or reading")
    folder = evaluate.add_mutually_exclusive_group(required=True)
    folder.add_argument("folder", type=Path, nargs="?", help="a judged folder")
    folder.add_argument("--reading", type=Path, metavar="FOLDER", help="measure reading on the marked texts of a folder instead")
    evaluate.add_argument("--eligibility", type=Path, metavar="FILE", help="judge every judged pair and write the verdicts there, without ranking")
    evaluate.add_argument("--part", choices=PARTS, default="all", help="of the marked texts: those reading was tuned on, or those set aside")
    evaluate.add_argument("--peer", action="append", default=[], metavar="NAME", help="measure another engine too: txtai (pip install 'clinmatch[peers]')")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--run", dest="run_file", type=Path, metavar="FILE", help="write our ranking there; with --reading, our marks")

    fit = _command(commands, "fit", _fit, "fit the weights on a judged folder, cross-validated, and show what each group is worth")
    fit.add_argument("folder", type=Path)
    fit.add_argument("--write", action="store_true", help="replace the weights of the product, with a record of this run")

    measure = _command(commands, "measure", _measure, "time ingest, match and start beside the plain stack; fills the store it is given")
    measure.add_argument("postings", type=Path, help="a JSONL file, may be gzipped")
    measure.add_argument("--resumes", type=Path, default=Path(__file__).parent / "sample" / "resumes.jsonl", help="default: those of the sample")
    measure.add_argument("--count", type=int, default=10_000, help="postings in the store")
    measure.add_argument("--peer", metavar="NAME", help="beside another engine in place of the plain stack: txtai (pip install 'clinmatch[peers]')")

    _add_load(commands)

    coverage = _command(commands, "coverage", _coverage, "read every document of .jsonl files and print in how many each thing was found, errors and speed")
    coverage.add_argument("files", nargs="+", type=Path, metavar="FILE")
    coverage.add_argument("--kind", choices=[kind.value for kind in Kind], help="default: lines with a description are postings, others resumes")
    coverage.add_argument("--json", action="store_true")


def _add_load(commands: Commands) -> None:
    pages = _command(commands, "page-times", _page_times, "time the pages in a real browser over real postings; fills the store it is given")
    pages.add_argument("postings", type=Path, help="a JSONL file, may be gzipped")
    pages.add_argument("--count", type=int, default=10_000, help="postings in the store")
    pages.add_argument("--browser", default="chromium", help="a Chromium (default: %(default)s of the path)")

    searches = _command(commands, "search-times", _search_times, "time opening a store and ranking its postings for its resumes, and count its memory")
    searches.add_argument("--json", action="store_true")

    sizes = _command(commands, "growth", _growth, "the same for a store that grows by copies of what another holds, and a picture of it")
    sizes.add_argument("--into", type=Path, required=True, help="the store to grow, which is kept")
    sizes.add_argument("--counts", type=_number(1, 10_000_000), nargs="+", default=[1_000, 10_000, 100_000], help="postings (default: %(default)s)")
    sizes.add_argument("--picture", type=Path, required=True, help="an .svg file")

    encodes = _command(commands, "encode-times", _encode_times, "time each precision and runtime by turns, and compare its vectors with those of fp32")
    encodes.add_argument("--resumes", type=Path, default=Path(__file__).parent / "sample" / "resumes.jsonl", help="a JSONL file; default: those of the sample")
    encodes.add_argument("--count", type=_number(1, 10_000), default=24, help="resumes (default: %(default)s)")

    overload = _command(commands, "overload", _overload, "ask a service four times what it can answer, and measure what becomes of it; default: the sample")
    overload.add_argument("--seconds", type=_number(1, 3600), default=30, help="of each open loop (default: %(default)s)")
    overload.add_argument("--json", action="store_true")

    clients = _command(commands, "clients", _clients, "let many clients paste resumes at once, and one alone, by turns; default: the sample")
    clients.add_argument("--clients", type=_number(2, 1_000), default=16, help="at once (default: %(default)s)")
    clients.add_argument("--seconds", type=_number(1, 3600), default=10, help="of each turn (default: %(default)s)")
    clients.add_argument("--json", action="store_true")

    slow = _command(commands, "slow-clients", _slow_clients, "let hundreds of callers send and read a byte a second, and measure when they are let go")
    slow.add_argument("--json", action="store_true")

    bulk_rate = _command(commands, "bulk-rate", _bulk_rate, "time loading the same postings in process and over HTTP by turns, and matches meanwhile")
    bulk_rate.add_argument("postings", type=Path, help="a JSONL file, may be gzipped")
    bulk_rate.add_argument("--count", type=_number(1, 1_000_000), default=5_000, help="postings (default: %(default)s)")


def _add_experiments(commands: Commands) -> None:
    uploads = _command(commands, "uploads", _uploads, "read every file of a folder as an upload; prints how many read well, why the others not, and times")
    uploads.add_argument("folder", type=Path)
    uploads.add_argument("--json", action="store_true")

    labelled = _command(commands, "labelled", _labelled, "measure ranking on a public labelled set beside the controls and the published figures")
    labelled.add_argument("set", choices=LABELLED)
    labelled.add_argument("folder", type=Path, nargs="?", default=Path("../shared/data/labelled"), help="holds a folder a set (default: %(default)s)")
    labelled.add_argument("--json", action="store_true")

    stuffing = _command(commands, "stuffing", _stuffing, "measure what stuffing an unqualified resume of a judged folder gains, attack by attack")
    stuffing.add_argument("folder", type=Path, help="a judged folder")
    stuffing.add_argument("--trials", type=_number(1, 10_000), default=100, help="pairs of a posting and an unqualified resume")
    stuffing.add_argument("--json", action="store_true")


def _number(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"is {text!r}, must be a number from {low} to {high}")
        return int(text)

    return number


def _command(commands: Commands, name: str, run: object, help: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help, description=help)
    parser.add_argument("--store", type=Path, help="the store file (default: $CLINMATCH_STORE or clinmatch.db)")
    parser.add_argument("--model", type=Path, help="a folder with another sentence-transformers model")
    parser.add_argument("--precision", choices=PRECISIONS, help="default: that of the store, else the fastest one")
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
