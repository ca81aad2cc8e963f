"""The field that a heading names. The first matching line of the table decides."""

from __future__ import annotations

import re

from p2ptrack.imports.cells import remove_dates
from p2ptrack.phrases import normalise_spelling

_KEYWORDS = r"""
phase_action: \bphase (?:\d|one|two|three|four|i{1,3}v?\b)
acceptance: \bagreed\? ?$ | \baccepted\? ?$
reason: ^reasons?$ | reasons? (?:for|of) | why (?:late|delayed)
requested_target: request.*(?:date|target|extension|deadline) | extension.*request
revised_target: DATEs? \(?(?:revised|new|extended)$
  | (?:revised|new|extended|amended|latest|rescheduled) (?:(?!update)\w+ ){0,2}DATE
  | ^updated (?:target|due|completion|implementation) | ^extension | extended to | ^revisions?$ | ^revised$
revised_target?: ^(?:forecast|current) (?:\w+ ){0,2}DATE
original_target: DATEs? \(?(?:original|initial)$ | (?:original|initial|first|agreed|previous) (?:\w+ ){0,2}DATE
report_refs: ^reports? (?:ref(?:erence)?|para(?:graph)?)s?(?: no)?$
as_published: ^(?:date )?(?:created|modified|changed)\b(?! to) | ^(?:is )?(?:overdue|late)\??$
raised?: ^date (?:\w+ )?(?:made|raised|identified|added|opened|logged|reported|of (?:the )?recommendation)$
ref: ^(?:rec(?:ommendation)?|action|audit|risk|item|issue|serial|task|finding|tracker|log|unique|case)?s? ?NUMBERs?$
  | ^recs?$
report_refs: ^(?:minute|para|paragraph|page)s?(?: ref(?:erence)?| no| number)?s?$ | ref(?:erence)?s?$
evidence: ^(?!.*(?:comment|progress|update)).*evidence | hyperlink | \blinks?\b
as_published: \bb?rag\b(?!.*(?:comment|progress|update|narrative)) | % ?(?:complete|done|progress) | per ?cent
  | confidence | outcome(?!.*(?:update|progress)) | \bcosts?\b | budget | wards?\b | benefit
  | assurance | opinion | (?:by|from) members?$ | (?:member|chair|councillor)(?:'?s'?|s')? comments? | success
  | ^milestones? | measure | ^kpi | (?:days|months|weeks) (?:over|late) | ^(?:number|no) of\b | how .*know | verified
  | author | times (?:extended|revised|moved) | \byear\b | direction of travel
  | ^(?:human |financial )?resources?(?: required| implications?| needed)?$
  | ^date (?:of (?:the )?(?:report|audit|issue)|issued)$ | ^(?:report|audit) date
response_on?: date agreed
completed_on?: completed by
target: PLANNED.*(?:complet|implement|finish|\bend\b)
  | (?:deadline|time ?scale|date) for (?:a |the )?(?:response|reply)$
  | date (?:for|to be) (?:complet|implement) | ^complete by$
  | (?:planned|anticipated) date
completed_on: date (?:of )?(?:complet|clos|implemented|actioned)
  | (?:completed|closed|action(?:ed)?|closure) (?:on|date) | ^(?:date )?(?:ended|finished)(?: on)?$
  | ^actual (?:\w+ )?date | ^actual (?:completion|finish|end)\b
completed_on?: completion(?: date)?$ | ^(?:end|ends|ending|finish|finishes)(?: date)?$ | ^date (?:of )?(?:end|finish)$
start: start\b | commence
review_by?: next review | review (?:date|by) | to be reviewed
update_date: date (?:of )?(?:last )?(?:review|update) | reviewed | ^as at | status date | last updated | update date
response_on: date of (?:the )?response | response date | (?:exec|executive|cabinet|decision) date | considered
response: (?:management|officer|service|council|auditee|client) (?:response|comment) | ^response | response$
  | (?:cabinet|executive|council|board|committee)(?:'?s)? decision
title: ^(?:recommendation|action|issue|finding|task|project)s? (?:title|heading|name)$ | ^(?:agenda |report )?items?$
update?: ^(?:additional |meeting )?notes?(?: (?:from|of|at) .*)?$ | ^remarks?$
update: follow[ -]?up (?:finding|comment|position|result)s?
  | actions? (?:already |since )?(?:taken|completed) | progress | updates?\b | comment | issues arising | position
  | narrative | what (?:has been|was|we) d(?:one|id) | ^how (?:are|is|has|have)\b | ^where are we
agreed_action: agreed (?:management )?actions? | management actions? | actions? agreed
acceptance: agreed\??$ | accepted | acceptance | management decision | agree ?/
status: status | ^state$ | open.{0,3}closed? | complete\? | ^completed?\??$
  | ^(?:implemented|closed|done|actioned)\b(?! by).{0,6}$ | complet\w+ ?/ ?(?:ongoing|outstanding)
post_and_date: POST.*(?:&|/|,|\band\b).*(?:DATE|deadline|when\b) | (?:DATE|when\b).*(?:&|/|,|\band\b).*POST
lead_member: ^(?:portfolio|cabinet|executive|lead) (?:member|holder)s?$
lead_member?: portfolio | (?:cabinet|lead|executive) member | councillor
supporting: support(?:ing|ed by) | ^support$
directorate: directorate | department
raised?: ^date$
target: target | \bdue\b | when\b | deadline | time ?(?:scale|line|frame) | implementation date
  | deliver(?!able|\w* (?:lead|officer|manager|owner|partner|body|team))
priority: priority | risk rating | risk level | ^risks?$ | grad(?:e|ing) | importance | severity
as_published: rating
accountable?: (?:officer|lead) ?/ ?(?:em|member|portfolio|cabinet)\b
accountable: officer | \bleads?\b | owner | by whom | responsib | accountable | \bwho\b | agency | sponsor | assigned
  | director\b | ^head of | manager | contact | ^action(?:ed)? by$ | \bpost\b
recommendation: recommend | findings?\b | observation
request: actions?\b | deliverable | improvement | \bissues?\b | tasks?\b | requests?\b | what\b | decision | query
  | question | resolution | matters? arising
raised: origin | committee | meeting | raised | ^source$
title: ^title | subject | topic
request?: description | details?\b
area: area | theme | service | work ?stream | category | review | audit\b | paper | report | source | objective
"""
"""Field and patterns of folded headings, divided by ` | `. After `field?` the words alone do not decide."""

_PARTS = {
    "DATE": "(?:date|due|target|deadline|time ?scale|time ?frame|completion|implementation)",
    "NUMBER": r"(?:ref(?:erence)?|no|number|id|nr|num|#)",
    "POST": r"(?:officer|owner|responsib\w*|lead|manager|who\b)",
    "PLANNED": r"(?:target|due|expected|planned|anticipated|proposed|estimated|est\b|deadline|time ?scale|time ?frame)",
}


_EXEMPTION_KEYWORDS = r"""
as_published: ^(?:number|no) of\b | budget | previous | cumulative | to date$ | \byear\b | quarter | saving | original
supplier_id: (?:company|charity|supplier)(?:'?s)? (?:registration )?NUMBER$
decision: decision (?:NUMBER(?: NUMBER)?|notice)$ | delegated decision NUMBER
contract: contracts? (?:register )?NUMBER$
ref: ^(?:waiver|exemption|breach|exception|cpr|cso|item|serial|log|request|unique)? ?NUMBERs?(?: NUMBER)?$
approved_on: date (?:\w+ ){0,3}(?:approv|authoris|decision|decided|agreed|signed|granted)
  | ^(?:approv\w*|authoris\w*|decision|agreed|signed|granted)(?: \w+)? date | ^(?:approved|authorised|agreed|signed) on$
approved_on?: ^date(?: of (?:the )?(?:waiver|exemption|breach|request))?$
approved_by: (?:approved|authori[sz]ed|agreed|signed(?: off)?|granted) by | approv(?:er|ing) | authori[sz](?:er|ing)
  | ^approval$ | decision maker
requested_by: request(?:ed by|or\b|ing officer) | applicant | ^sought by
requested_by?: officer | owner
contract_start: \bstart | commence
contract_end: \bend(?:s|ing)?\b | expir
as_published: period | \bterm\b | duration | length | dates
sought: retrospective | before or after
type: ^type(?: \(| of (?:waiver|exemption|breach|request)|$) | ^(?:waiver|exemption|breach|request) type
  | ^(?:waiver|exemption|breach|exception)(?: ?(?:/|or) ?(?:waiver|exemption|breach|exception))*$
reason: reason | justification | grounds | rationale | circumstances | explanation | ^why\b
alternatives: alternative | options considered
legal_basis: legal basis | regulation
title: title | (?:contract|project) name | name of (?:the )?(?:contract|project)\b | ^contract$ | ^project$
request: descri | what\b | subject | purpose | requirement | ^nature
request?: goods | details
supplier: supplier | contractor | provider | vendor | ^company
rule: \brules?\b | \bc[sp][or]s?\b | standing order
value: value | \bcosts?\b | amount | ^price | contract sum
directorate: directorate | department | ^services?(?: area)?$ | division
ends_by?: next steps? | future | exit
"""
"""The same for a table of exemptions from the procurement rules, which has other columns."""


HeadingRules = tuple[tuple[re.Pattern[str], str, bool], ...]


def compile_rules(keywords: str) -> HeadingRules:
    """Return the patterns, field and certainty of each line of a table of keywords, in order."""
    rules = []
    for line in keywords.strip().replace("\n  | ", " | ").split("\n"):
        name, _, patterns = line.partition(": ")
        for part, pattern in _PARTS.items():
            patterns = patterns.replace(part, pattern)
        rules.append((re.compile("|".join(patterns.split(" | "))), name.removesuffix("?"), not name.endswith("?")))
    return tuple(rules)


_RULES = compile_rules(_KEYWORDS)
_EXEMPTION_RULES = compile_rules(_EXEMPTION_KEYWORDS)
_MAX_LENGTH = 300


def fold_heading(text: str) -> str:
    """Return a heading for comparison: on one line, in lower case, without its date and punctuation at its ends."""
    if " " not in text:
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # the name of a column in a database: dueDate
    text = remove_dates(normalise_spelling(text.replace("_", " ")).casefold())
    text = re.sub(r"(?<=[a-z])- +(?=[a-z])", "", re.sub(r"[*.]", " ", text))
    words = text.split()
    if len(words) > 1:
        words = [_ABBREVIATIONS.get(word, word) for word in words]
    return " ".join(words).strip(" .:()-")


_ABBREVIATIONS = {
    "cttee": "committee",
    "curr": "current",
    "dept": "department",
    "desc": "description",
    "impl": "implementation",
    "mgmt": "management",
    "mgt": "management",
    "mtg": "meeting",
    "orig": "original",
    "rec": "recommendation",
    "recs": "recommendations",
    "resp": "responsible",
    "tgt": "target",
}
"""Short forms in headings of more than one word. *Rec* alone is a reference."""


def find_by_keyword(heading: str, excluding: str = "") -> tuple[str, bool] | None:
    """Return the field that words of a heading name, and whether they decide alone; None where no rule has them.

    `excluding` is a field that the values of the column rule out.
    """
    return find_in_rules(heading, tuple(rule for rule in _RULES if rule[1] != excluding))


def find_exemption_field(heading: str) -> tuple[str, bool] | None:
    """Return the same for the heading of a table of exemptions from the procurement rules."""
    return find_in_rules(heading, _EXEMPTION_RULES)


def find_in_rules(heading: str, rules: HeadingRules) -> tuple[str, bool] | None:
    """Return the field of the first rule whose words a heading has, and whether they decide alone; None for none."""
    folded = fold_heading(heading[:_MAX_LENGTH])
    for pattern, name, is_sure in rules:
        if pattern.search(folded):
            return name, is_sure
    return None
