"""I111 and I112: what the policy turns off. These two are rules about the other rules."""

from __future__ import annotations

from collections.abc import Iterator

from p2ptrack.analysis.case import Case
from p2ptrack.analysis.rules.rule import Finding, Rule
from p2ptrack.analysis.rules.wording import format_suggestion, suggest
from p2ptrack.problem import Severity


def make_policy_rules(catalogue: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules that look at `policy.rules_off`, which have to know all the others."""
    severities = {rule.code: rule.severity for rule in catalogue} | {"I111": Severity.WARNING, "I112": Severity.WARNING}

    def check_unknown_rule(case: Case) -> Iterator[Finding]:
        optional = tuple(code for code, severity in severities.items() if severity is not Severity.ERROR)
        for code in case.policy.rules_off:
            if code not in severities:
                fix = format_suggestion(
                    suggest(code, optional)[:1], "a code that p2ptrack check prints for a warning or a note"
                )
                yield Finding(
                    "",
                    f"policy.rules_off.{code}",
                    f"rules_off names {code}; no rule that can be off has that code.",
                    fix,
                )

    def check_disabled_error(case: Case) -> Iterator[Finding]:
        for code in case.policy.rules_off:
            if severities.get(code) is Severity.ERROR:
                message = f"{code} finds errors, and errors cannot be off: papers would rest on them."
                yield Finding(
                    "", f"policy.rules_off.{code}", message, f"rules_off without {code}, and the errors mended"
                )

    return (
        Rule(
            code="I111",
            severity=Severity.WARNING,
            title="A rule that is off and does not exist",
            why="The rule that was meant is still on.",
            example="policy: {rules_off: {O11: Neither paper states an owner.}}",
            fix="The code as check prints it.",
            check=check_unknown_rule,
        ),
        Rule(
            code="I112",
            severity=Severity.WARNING,
            title="An error that is turned off",
            why="An error makes links or dates mean nothing, so it is found all the same.",
            example="policy: {rules_off: {L101: We know.}}",
            fix="rules_off without it.",
            check=check_disabled_error,
        ),
    )
