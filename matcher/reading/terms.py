"""The conditions of work a posting states, or a resume asks for: employment, schedule, pay, caseload, supervision."""

from __future__ import annotations

import re

from matcher.document import Kind
from matcher.profile import Caseload, Term, Terms
from matcher.reading.frame import Page
from matcher.reading.pay import NOT_SHARED, SHARE, read_pay
from matcher.reading.sections import Section, Sections
from matcher.sought import Sought, sought
from matcher.words import either

CASES = {"clients": (3, 500), "sessions_per_week": (8, 60)}  # how many can be a caseload


def _named(**patterns: str) -> Sought:
    """One pattern, case aside, that begins with a word and says by `lastgroup` which of several it is; names may begin or end with _."""
    return sought(rf"\b(?:{'|'.join(f'(?P<{name}>{pattern})' for name, pattern in patterns.items())})")


A_WEEK = r"(?: ?/ ?| (?:\w+ )?(?:per|a|each|every) )(?:week|wk)\b| weekly\b"
HOURS_A_WEEK = r" ?(?:hours|hrs)(?:(?: of work)? (?:per|a|each) | ?/ ?)week\b"
EMPLOYMENT = _named(
    w2=r"W-? ?2(?:[’']?s)?\b(?! (?:forms?|statements?|from|\d[A-Z]{2})\b)",
    _1099=r"(?<![\d$,.-])1099(?:s\b|-NEC\b|\b)(?![-,.]?\d| forms?\b)|independent contract(?:ors?|ing)\b|as (?:an? )?contractors?\b"
    r"|contractor (?:role|position|at first)\b",
    fee_split=rf"{SHARE}|(?:fee|revenue|commission|percentage|percent)[- ](?:based )?split\b"
    r"|percentage of (?:\w+ ){0,2}(?:fees|collections|billings|revenue)\b",
    fee_for_service=r"fee[- ](?:for|per)[- ]service\b|(?-i:FFS)\b|paid (?:per|by the) session\b|per[- ]session (?:pay|rate|basis|compensation)\b",
    salaried=r"salaried\b|(?:as an?|annual|monthly|base|straight) salary\b|salary (?:position|basis|role|contract)\b",
    hourly=r"hourly(?: (?:pay|rate|wage|compensation|position|role|employee|basis|W-?2|non-?exempt))?\b|paid by the hour\b",
    full_time=r"full[- ]?time\b|full(?=[- ]{0,2}(?:and|or|/|&) ?part[- ]?time)|F/T\b|(?-i:FT)\b|1\.0 FTE\b|FTE: ?1\.0\b"
    rf"|(?:3[5-9]|40)(?:\.\d)?{HOURS_A_WEEK}",
    part_time=r"part[- ]?time\b|P/T\b|(?-i:\bPT\b(?=/| position| role)|(?<=FT/)PT\b)|half[- ]time\b|(?<!\.)0\.\d{1,2} FTE\b|FTE: ?0?\.\d{1,2}\b"
    rf"|(?<![\d.-])(?:[5-9]|[12]\d)(?: ?(?:-|–|to) ?\d\d)?{HOURS_A_WEEK}",
    per_diem=r"per[- ]diem\b|(?-i:PRN)\b|(?:float|relief|casual|on-call) pool\b|pool (?:position|therapist|clinician|staff)\b"
    r"|as[- ]needed (?:position|role)\b",
    temporary=r"temporary (?:position|assignment|role|contract|employ\w+|appointment|post|job|full|part|hire|work)\b|temp[- ]to[- ](?:perm|hire)\w*\b"
    r"|locum(?:s|[- ]tenens)?\b|fixed[- ]term\b|contract[ -](?:position|role|assignment|job|basis|to[- ]hire|opportunity)\b"
    r"|maternity (?:leave )?cover\w*\b"
    r"|\d{1,2}[- ](?:week|month)s? (?:contract|assignment|temporary|locum|fixed)\b|(?:job|employment|position) types?: ?(?:contract|temporary)\b",
    internship=r"this (?:(?:paid|unpaid|graduate|clinical) )?(?:internship|practicum)"
    r"(?= (?:is|offers|provides|runs|will|program|position|opportunity|begins|lasts|pays))|(?:job|employment|position) types?: ?internship\b"
    r"|(?:seeking|hiring|looking for|accepting|applications for|apply for)(?: (?!to\b|who\b|supervis)[\w’'/-]+){0,5}? (?:interns?|internships?|practicum)\b",
    internship_=r"intern(?:ship)?\b|practicum\b",
    volunteer=r"(?:volunteer|unpaid) (?:position|role|opportunity|internship|therapist|counselor)\b",
    volunteer_=r"volunteer\b",
)
SCHEDULE = _named(
    weekdays=r"Mon(?:days?|\.)?(?: ?[-–—] ?| (?:to|through|thru) )Fri(?:days?)?\b|M ?[-–—] ?F\b|weekdays?\b",
    evenings=r"evenings?\b",
    weekends=r"weekends?\b|(?:Satur|Sun)days?\b|(?<=[-–—])(?-i:Sat|Sun)\b",
    nights=r"nights\b|night[- ](?:shifts?|duty|duties|hours|work|coverage|position)\b|overnights?\b|graveyard shift\b|(?:third|3rd) shift\b",
    on_call=r"on[- ]call\b|after[- ]hours (?:crisis|coverage|on|phone|call)\w*|(?:crisis|call|beeper|pager) rotation\b",
    flexible=r"flexible,? (?:(?:work|daytime|shift|remote|hybrid) ){0,3}(?:schedul\w+|hours|working|shifts?|days)\b|flexible (?=full|part)"
    r"|(?:schedule|hours) (?:is|are) flexible\b|flex(?:ible)?[- ]time\b|scheduling flexibility\b|your own (?:hours|schedule)\b|hours: you pick\b"
    r"|(?:set|make|pick|choose|create|control|manage|build) (?:your|their) (?:own )?(?:hours|days|schedule)\b"
    r"|flexib(?:le|ility) (?:in|with|of|around)(?: your| the)? (?:schedul\w+|hours|days)\b",
    shift=r"(?:day|swing|rotating|split|evening|weekend|first|second|1st|2nd|12[- ]hour|10[- ]hour|8[- ]hour)[- ]shifts?\b"
    r"|shift[- ](?:work|patterns?|rotations?|system)\b|shifts?(?: open)?:|shifts available\b|work(?:ing)? (?:\w+ )?shifts\b",
    four_day_week=r"(?:four|4)[- ]day (?:work ?)?week\b|four (?:tens|10s|10-hour)\b|4 ?x ?10s?\b|4[/-]10(?:s\b| schedule| shift| work)",
)
TOWARD = (
    r"(?:licens\w+|clinical (?:hours|licen\w+)|(?:your |their |the |an? )?(?-i:L[A-Z]{2,5})\b|hours|(?:\w+[- ])?associates?|pre-?licensed"
    r"|provisional\w*|residents|interns)"
)
MANNER = (
    r"(?:(?:free|paid|weekly|monthly|regular|individual|group|clinical|licensure|board-approved|external|excellent|ongoing|reflective|required|the|and|or|&|/)"
    r"[ ,-]{1,2}){0,6}"
)
SUPERVISION = _named(
    peer=r"peer[- ](?:group )?(?:supervision|consult\w*)(?: groups?| teams?)?\b"
    r"|(?:weekly|monthly) (?:case |group |team )?consultation (?:groups?|meetings?|team)\b|consultation (?:groups?|teams?)\b",
    administrative=r"administrative (?:and clinical )?supervision\b",
    clinical=rf"{MANNER}supervision,? (?:[\w-]+ ){{0,3}}?(?:toward|towards|for) (?:[\w-]+ ){{0,2}}?{TOWARD}|(?:free|paid) {MANNER}supervision\b"
    r"|licensure supervision\b"
    r"|(?:clinical )?supervision(?: hours)?(?: is| are| will be)?(?: also)? (?:provided|offered|available|included|paid|covered|supplied|free|at no)\b"
    r"|(?:receives?|get|we (?:will )?(?:also )?(?:provide|offer|supply|give|pay for)|employer pays for) (?:a |an |the |your )?"
    rf"{MANNER}supervis(?:ion|or)\b|supervision (?:by|from|with) (?:our|an? (?:board|licensed|LCSW|LPC|LMFT|qualified|experienced))",
    clinical_=r"(?:clinical|weekly|individual|group) supervision\b",
)
UNLESS = {  # what makes something else of the words, which stand in « »
    "full_time": either(
        r"\b(?:years?|months?|equivalent|approximate|experience|pro[- ]rata|worked|credit|students?|interns?|internship|offered|based on)\b[^«]{0,25}«",
        r"\b(?:for|to|all|eligible)[ (]+«[^»]*».? ?(?:employee|staff|post)",
        r"»[^»]{0,25}\b(?:equivalent|experience|internship|intern\b|status|workweek|students?|stud(?:y|ies)|school|degree|pre-?doctoral|courses?|credit"
        r"|enrol\w+|residency|not-to-exceed)|\b(?:includes|present) «",
    ),
    "part_time": either(
        r"\b(?:years?|months?|approximat\w+|pro[- ]?rata|worked|credit|experience)\b[^«]{0,25}«",
        r"\b(?:client|clinical|direct|session|supervis)\w*\b[^«]{0,25}«\d",
        r"»[^»]{0,25}\b(?:experience|status|workweek|stud(?:y|ies)|students?|school|credit|employment schedule)",
        r"»\W{0,2}(?:of|with|for|in) (?:\w+ ){0,2}(?:super|client|direct|face|therapy|group|clinic|contact|session|experience|train)",
    ),
    "hourly": either(r"\b(?:bi|semi|every)\W*«|»\W+(?:check|round|monitor|observ)"),
    "fee_split": NOT_SHARED,
    "fee_for_service": either(
        r"\b(?:experience|knowledge|familiar|understand|medicaid|medicare|bill\w*|insurance)\b[^«]{0,30}«",
        r"»\W+(?:bill|claim|contract|model of care|reimburs|medicaid|medicare|insur)",
    ),
    "per_diem": either(
        r"\bgrant(?: and| &)? «|\b(?:travel|meals?|lodging|mileage|hotel|housing)\b[^«]{0,25}«",
        r"»\W+(?:allowance|reimburs|expenses|travel|for (?:travel|meals)|meds?\b|medicat|admin|orders?)",
    ),
    "w2": either(r"\b(?:copy|copies|submit)\b[^«]{0,25}«"),
    "1099": either(r"\b(?:employees|staff|vendors|volunteers),?(?: and| or| &) «|» (?-i:[A-Z])\w+ (?:St|Ave|Road|Rd|Blvd|Drive)\b"),
    "temporary": either(r"\b(?:may be|given|have their|extended|selected|filled by|termination of)\b[^«]{0,40}«"),
    "internship": either(r"\b(?:complet\w*|former|post)\b[^«]{0,25}«|»\W+(?:supervis|coordinat|direct|manag|train|experience|hours|is requir)"),
    "volunteer": either(r"»\W+(?:coordinat|manag|direct|supervis|experience|program|recruit|servic|time|train|work)"),
    "evenings": either(r"»\W+(?:differential|division|class|course|degree|school)|\bgood «"),
    "weekends": either(
        r"»\W+(?:differential|of\b|Times|school|service|worship)|»,? (?:\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
        r"\b(?:clos|deadline|due|interview)\w*\b[^«]{0,40}«",
    ),
    "nights": either(r"»\W+(?:differential|travel|stay|trip|camp|deliver|accommodat)|\b(?:sleepless|school|hotel|craft|activist|game|movie|trivia|social) «"),
    "on_call": either(r"»\W+(?:physician|doctor|psychiatr|supervisor|therapist|clinician|provider|manager|pool|LCSW|staff|nurse|interpreter|team\b)"),
    "flexible": either(
        r"\b(?:must|able|ability|willing\w*|required?|need|requires|expected) (?:to |be )?(?:work|have|maintain|keep|be)?(?: on)? ?(?:an? )?«",
        r"\b(?:required|expected) to [^«]{0,25}«|\bwilling\b[^«]{0,60}«|»\W+(?:is |are )?(?:required|a must|needed|as needed)",
    ),
    "shift": either(r"»\W+differential|\b(?:your|a) «first"),
}
NOT_OFFERED = either(
    r"(?:\b(?:no(?! cost| charge)|not|never|unable|able|cannot|without|nobody|requires?|under|must|experience|ability|completed?|knowledge"
    r"|responsible for)\b|n[’']t\b)[^«]{0,60}«",
    r"»[^»]{0,30}\b(?:not\b|unavailable|required|must|experience|(?:to|of|for) (?:\w+ ){0,2}(?:staff|students|trainees|others|junior|team|doctoral"
    r"|practicum|assistants?|peers)\b)",
    r"» (?:to|of) (?:interns|associates|residents|therapists|clinicians|counselors|pre)|»[ -](?:team )?(?:co-)?lead",
)
DUTY = either(r"\b(?:provid|conduct|offer|deliver|facilitat|lead|run|giv|perform|overs|supervis)\w*\b(?:[ ,/&-]+\w+){0,4}[ ,/&-]*«")  # the applicant's own
OFFERING = either(
    r"\b(?:we|we[’']ll|we[’']ve|our|(?:the|this) (?:agency|company|practice|clinic|center|organization)|employer|receives?|you[’']ll get"
    r"|benefits?)\b[^«]{0,60}«",
    r"«(?:we|get|receive|employer)\b|»(?: \w+){0,3} (?:provided|offered|available|included|paid|at no cost|free of charge)\b",
)
TITLED = ("internship_", "volunteer_")  # words that say something of the post in its title only
CASELOAD = sought(
    r"(?:(?P<caseload>\bcase-?\s?loads?\b(?:[\s:=~(]{1,3}(?:of|is|size|cap|capped|at|about|around|approximately|averag\w+|up|to|between|max|maximum"
    r"|minimum|no|more|than|will|be|typically|ranges?|from)\b){0,6}[\s:=~(]{1,3})"
    r"|(?P<bound>\b(?:minimum|min|maximum|max|carr(?:y|ies|ying)|maintain)(?: of| a panel of| about| approximately|:)? ))?"
    r"(?<![\d.,$/:-])(?P<low>\d{1,3})(?: ?(?:-|–|—|to) ?(?P<high>\d{1,3}))?\+?(?![\d:/%]|[.,]\d)"
    r"(?P<noun> (?:(?!hours)[a-z-]+ ){0,2}?(?:(?:client|clinical|direct|billable|contact|face-to-face)[- ](?:service |care |contact |client )?hours"
    r"|clients?|patients|sessions|families|households|residents|members|students|cases)\b)?"
    rf"(?P<week>{A_WEEK}|(?= (?:is|are|=) full[- ]time))?",
)
NOT_CASES = either(r"\b(?:groups?|class(?:es)?|aged?|ages)\b[^«]{0,20}«|»\W{0,2}(?:years?|hours|minutes|%|months|to \d+ years)")


def read_terms(text: str, sections: Sections, kind: Kind) -> Terms:
    """Every condition once, where the text first states it; on a resume only what the person asks for."""
    page = Page(text, sections, kind)
    caseload = _caseloads(page)
    return Terms(
        employment=_stated(page, EMPLOYMENT),
        schedule=_stated(page, SCHEDULE),
        pay=read_pay(page, caseload),
        caseload=caseload,
        supervision=_offered(page),
    )


def _stated(page: Page, pattern: Sought) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    for match in pattern.finditer(page.text):
        value = (match.lastgroup or "").strip("_")
        placed = match.lastgroup not in TITLED or page.sections.at(match.start()) is Section.TITLE
        if placed and value not in found and page.says(*match.span()) and not _otherwise(page, value, match):
            found[value] = Term(value, *match.span())
    return tuple(found.values())


def _otherwise(page: Page, value: str, match: re.Match[str]) -> bool:
    unless = UNLESS.get(value)
    return unless is not None and bool(unless.search(page.frame(*match.span())))


def _offered(page: Page) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    for match in SUPERVISION.finditer(page.text):
        value = (match.lastgroup or "").strip("_")
        if value not in found and _is_offered(page, match):
            found[value] = Term(value, *match.span())
    return tuple(found.values())


def _is_offered(page: Page, match: re.Match[str]) -> bool:
    frame = page.frame(*match.span())
    offering = page.sections.at(match.start()) is Section.OFFER or OFFERING.search(frame)
    evident = match.lastgroup in ("clinical", "peer") and not DUTY.search(frame)
    return bool(offering or evident) and page.says(*match.span()) and not NOT_OFFERED.search(frame)


def _caseloads(page: Page) -> tuple[Caseload, ...]:
    found: dict[tuple[int, int, str], Caseload] = {}
    for match in CASELOAD.finditer(page.text):
        case = _caseload(match)
        if case and (case.low, case.high, case.unit) not in found and page.says(*match.span()) and not NOT_CASES.search(page.frame(*match.span())):
            found[case.low, case.high, case.unit] = case
    return tuple(found.values())


def _caseload(match: re.Match[str]) -> Caseload | None:
    """How many, where the words around the number make it a caseload: two of a lead, a noun and "a week"."""
    noun = match.group("noun") or ""
    counted = match.group("caseload") or (noun and (match.group("week") is not None or (match.group("bound") and "hours" not in noun)))
    unit = "sessions_per_week" if match.group("week") is not None else "clients"
    low = int(match.group("low"))
    high = int(match.group("high") or low)
    fewest, most = CASES[unit]
    return Caseload(low, high, unit, *match.span()) if counted and fewest <= low <= high <= most else None
