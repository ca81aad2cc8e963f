"""Amounts of money: exact, in one currency, with VAT and the period as their source states them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from p2ptrack.model.advice import is_placeholder
from p2ptrack.model.fields import (
    Model,
    ShortForm,
    Validator,
    expand_text,
    field_error,
    make_word_validator,
    require_text,
)
from p2ptrack.phrases import fold_text, quote
from p2ptrack.values import compile_on_use

POUNDS = "GBP"
_SYMBOLS = {POUNDS: "£", "EUR": "€", "USD": "$"}
_MAX_DIGITS = 15
_AMOUNT = compile_on_use(r"(-?)£? ?(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{2}))?")
_CURRENCY = compile_on_use(r"[A-Z]{3}")
_MULTIPLIERS = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "million"), 10**6),
    **dict.fromkeys(("bn", "billion"), 10**9),
}
# Words after a figure in thousands or millions: 48k, £1.2m, 3 million.
_MULTIPLIED = compile_on_use(rf"([0-9]{{1,12}})(?:\.([0-9]{{1,6}}))? ?({'|'.join(_MULTIPLIERS)})\b")
_FIGURE = compile_on_use(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{2})?|[0-9]+(?:\.[0-9]{2})?")
_PERIOD_WORDS = compile_on_use(r"\b(?:per annum|per year|a year|p\.?a\.?|annual(?:ly)?|each year)(?!\w)|/year|/yr")
_WHOLE_LIFE_WORDS = compile_on_use(r"\bwhole[ -]life\b|\bin (?:total|all)\b|\blifetime\b")
_NET_WORDS = compile_on_use(r"\b(?:ex|exc|excl|excluding|exclusive of|plus|net of|before)\.? vat\b|\+ ?vat\b|\bnet\b")
_GROSS_WORDS = compile_on_use(r"\b(?:inc|incl|including|inclusive of|with)\.? vat\b|\bgross\b")
_MONTH_WORDS = compile_on_use(r"\b(?:per (?:calendar )?month|a month|each month|monthly|pcm|p\.c\.m\.?)(?!\w)|/month")
# Words and characters that make a number a limit, a rate or a negative amount, so that it is not the amount.
_OTHER_SENSE = compile_on_use(
    r"\b(?:up to|(?:less|more|fewer) than|under|over|below|above|exceeding)\b"
    r"|\bat (?:least|most)\b|\b(?:max|min)(?:imum)?\b"
    r"|[<>\u2264\u2265+]|\([£ ]*[0-9][0-9,.]*\)|\b(?:per|an?|each|every)\.? (?:day|week|hour|unit|person|place|item)\b"
    r"|\b(?:daily|weekly|hourly|fortnightly|quarterly)\b|/(?:day|week|hour)"
)


class Vat(StrEnum):
    """Whether an amount has value added tax in it."""

    NET = "net"
    GROSS = "gross"


class MoneyPeriod(StrEnum):
    """What an amount covers: the whole life of a contract, or each year."""

    WHOLE_LIFE = "whole_life"
    YEAR = "year"


def parse_amount(text: str) -> Decimal | None:
    """Return the amount that a text states exactly: `48000`, `£48,000`, `£48,000.50`, `-500`; None for any other."""
    match = _AMOUNT.fullmatch(text.strip().replace("\u2212", "-"))
    if match is None or (match[1] and match[2]):
        return None
    digits = match[3].replace(",", "")
    number = f"{match[1] or match[2]}{digits}.{match[4]}" if match[4] else f"{match[1] or match[2]}{digits}"
    return Decimal(number) if len(digits) <= _MAX_DIGITS else None


AMOUNT_IN_TEXT = (
    r"£(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,12})(?:\.[0-9]{1,3})?(?: ?(?:k|m|mn|bn|thousand|million|billion)\b)?"
)
"""The pattern of an amount in a text: `£48,000`, `£1.2 million`, `£48k`."""


def read_amount_in_text(words: str) -> Decimal:
    """Return the amount that words in the form of `AMOUNT_IN_TEXT` state."""
    figure = words.removeprefix("£").replace(",", "")
    match = _MULTIPLIED.fullmatch(figure)
    return Decimal(f"{match[1]}.{match[2] or 0}") * _MULTIPLIERS[match[3]] if match else Decimal(figure)


def _validate_amount(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    text = require_text(value)
    amount = parse_amount(text)
    if amount is None:
        raise field_error("S113", f"{quote(text)} is not an exact amount of money.", _advise_on_amount(text))
    return amount


_SCALED_HEADING = compile_on_use(r"000|\bthousands?\b|\bmillions?\b|[£€$(] ?(?:k|m|mn)\b")


def read_money(text: str, heading: str = "") -> dict[str, str] | None:
    """Return the fields of an amount that a text of another document states exactly; None for any other text.

    VAT, a period and a currency count where the text or its heading states them. An amount with any other word, such
    as *about*, is not exact, and one below a heading such as *£000* is not in full.
    """
    explicit, rest = _find_money_words(text)
    implied, _ = _find_money_words(heading)
    figure = rest.replace("()", " ").strip(" ,;:")
    amount = parse_amount(figure)
    if amount is None or None in explicit.values() or _SCALED_HEADING.search(fold_text(heading)):
        return None
    if "£" in figure:
        explicit.setdefault("currency", POUNDS)
    fields = {"amount": figure}
    for name in ("currency", "vat", "period"):
        word = explicit.get(name) or implied.get(name)
        if name in explicit and implied.get(name) not in {None, explicit[name]}:
            return None
        if word and word != POUNDS:
            fields[name] = word
    return fields


def _find_money_words(text: str) -> tuple[dict[str, str | None], str]:
    """Return the period, VAT and currency that words state (None if they conflict), and the text without them."""
    rest = fold_text(text).replace("-vat", " vat")
    words_by_name: dict[str, str | None] = {}
    for name, word, pattern in _MONEY_WORDS:
        if pattern.search(rest):
            rest = pattern.sub(" ", rest)
            words_by_name[name] = None if name in words_by_name else word
    return words_by_name, " ".join(rest.split()).replace("( )", "()")


_MONEY_WORDS = (
    ("vat", Vat.NET.value, _NET_WORDS),
    ("vat", Vat.GROSS.value, _GROSS_WORDS),
    ("period", MoneyPeriod.YEAR.value, _PERIOD_WORDS),
    ("period", MoneyPeriod.WHOLE_LIFE.value, _WHOLE_LIFE_WORDS),
    ("currency", POUNDS, compile_on_use(r"\bgbp\b")),
    ("currency", "EUR", compile_on_use(r"€|\beur\b")),
    ("currency", "USD", compile_on_use(r"\$|\busd\b")),
)
_EXAMPLE = "Write the amount in figures, such as 48000 or £48,000.50."


def _advise_on_amount(text: str) -> str:
    """Return how to write an amount exactly, without adding information that the text does not have."""
    if is_placeholder(text):
        return "Leave the field out until the amount is known."
    if exact := read_money(text):
        return f"Write {_format_fields(exact['amount'], exact)}."
    explicit, rest = _find_money_words(text)
    multiplied, figures = _MULTIPLIED.findall(rest), _FIGURE.findall(_MULTIPLIED.sub(" ", rest))
    if len(multiplied) + len(figures) != 1 or None in explicit.values() or _OTHER_SENSE.search(rest):
        return f"{_keep_words(text)} {_EXAMPLE}"
    fields = {name: word for name, word in explicit.items() if word and word != POUNDS}
    if multiplied:
        integer, part, word = multiplied[0]
        number: Decimal | None = Decimal(f"{integer}.{part or 0}") * _MULTIPLIERS[word]
    else:
        number = parse_amount(figures[0])
    is_monthly = bool(_MONTH_WORDS.search(rest))
    if number is None or number != round(number, 2) or (is_monthly and "period" in fields):
        return f"{_keep_words(text)} {_EXAMPLE}"
    condition = "If the amount is exact,"
    if is_monthly:
        condition, number, fields["period"] = "If it is for all 12 months,", number * 12, MoneyPeriod.YEAR.value
    elif multiplied:
        condition = f"If the amount is exactly {format_amount(number, fields.get('currency', POUNDS))},"
    figure = f"{number:.2f}".removesuffix(".00")
    return f"{_keep_words(text)} {condition} write {_format_fields(figure, fields)}."


def _format_fields(amount: str, fields: Mapping[str, str]) -> str:
    """Return an amount as a file has it: alone, or in braces with its other fields."""
    digits = re.sub(r"[£, ]", "", amount)
    others = "".join(f", {name}: {fields[name]}" for name in ("currency", "vat", "period") if name in fields)
    return f"{{amount: {digits}{others}}}" if others else digits


def _keep_words(text: str) -> str:
    return f"If it is not exact, leave the field out and keep {quote(text)} under as_published."


def _validate_currency(value: Any) -> str:
    text = require_text(value)
    if _CURRENCY.fullmatch(text):
        return text
    fix = f"Write its code of three capital letters, such as {POUNDS} for pounds or EUR for euros."
    raise field_error("S108", f"{quote(text)} is not the code of a currency.", fix)


_AMOUNT_PATTERN = r"\s*[-\u2212]?£? ?[-\u2212]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{2})?\s*"
Amount = Annotated[Decimal, Validator(_validate_amount, pattern=_AMOUNT_PATTERN)]
CurrencyCode = Annotated[str, Validator(_validate_currency, pattern=_CURRENCY.pattern)]
VatWord = Annotated[Vat, make_word_validator({member.value: member for member in Vat}, "a word for VAT")]
PeriodWord = Annotated[
    MoneyPeriod, make_word_validator({member.value: member for member in MoneyPeriod}, "a period of an amount")
]


class Money(Model):
    """An amount of money. The amount alone is enough: `48000` or `£48,000`."""

    amount: Amount = Field(title="Amount", description="The exact amount: 48000 or £48,000.")
    currency: CurrencyCode = Field(
        default=POUNDS, title="Currency", description="The code of its currency. Without it, pounds."
    )
    vat: VatWord | None = Field(default=None, title="VAT", description="Whether VAT is in it: net or gross.")
    period: PeriodWord | None = Field(
        default=None, title="Period", description="Whether it is for the whole life of a contract, or for each year."
    )


MoneyField = Annotated[Money, expand_text("amount"), ShortForm(accepts_text=True, pattern=_AMOUNT_PATTERN)]


def get_code(currency: str) -> str:
    """Return the code of a currency without the tags of an exempt text."""
    match = _CURRENCY.search(currency)
    return match[0] if match else currency


def format_amount(amount: Decimal, currency: str = POUNDS) -> str:
    """Return an amount as people read it: £48,000, -£500.25, 48,000 SEK. Pence are printed unless there are none.

    The tags of an exempt text around the code are kept around the amount.
    """
    code, digits = get_code(currency), f"{abs(amount):,.2f}".removesuffix(".00")
    sign = "-" if amount < 0 else ""
    return currency.replace(code, f"{sign}{_SYMBOLS[code]}{digits}" if code in _SYMBOLS else f"{sign}{digits} {code}")


def spell_amount(amount: Decimal) -> tuple[str, ...]:
    """Return the ways to write an amount in a sentence: 48000, 48,000.00, £48,000, 48k, 1.2 million. None for zero."""
    number = abs(amount)
    if not number:
        return ()
    number_texts = [f"{number:,.2f}", f"{number:.2f}"]
    number_texts += [text.removesuffix(".00") for text in number_texts]
    for factor, words in ((10**3, ("k", " k", " thousand")), (10**6, ("m", " m", "mn", " million"))):
        share = number / factor
        if number >= factor / 10 and share == round(share, 2):
            number_texts += [f"{share.normalize():f}{word}" for word in words]
    return tuple(dict.fromkeys(text for item in number_texts for text in (item, f"£{item}")))


def format_money(money: Money) -> str:
    """Return money as people read it: *£48,000 a year, excluding VAT*."""
    period = (
        {MoneyPeriod.YEAR: " a year", MoneyPeriod.WHOLE_LIFE: " in all"}.get(money.period, "") if money.period else ""
    )
    vat = {Vat.NET: ", excluding VAT", Vat.GROSS: ", including VAT"}[money.vat] if money.vat else ""
    return f"{format_amount(money.amount, money.currency)}{period}{vat}"
