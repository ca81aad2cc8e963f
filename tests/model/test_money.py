"""Amounts of money: exact, never floats, with VAT and period as the source states them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from p2ptrack.model.money import Money, MoneyField, Vat, format_amount, format_money, parse_amount
from p2ptrack.model.schema import fields_to_json

_EXAMPLE = "Write the amount in figures, such as 48000 or £48,000.50."
_FIELD: TypeAdapter[Money] = TypeAdapter(MoneyField)
_AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("48000", "48000"), ("£48,000", "48000"), ("£ 48,000", "48000"), (" £48,000.50 ", "48000.50"), ("0", "0"),
        ("-500", "-500"), ("-£500", "-500"), ("£-500", "-500"), ("\u2212500", "-500"), ("1,234,567", "1234567"),
        ("0.05", "0.05"), ("999999999999999", "999999999999999"),
    ],
)  # fmt: skip
def test_an_exact_amount_is_read_to_the_penny(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)
    assert _FIELD.validate_python(text).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("about 48k", "If the amount is exactly £48,000, write 48000."),
        ("£1.2m", "If the amount is exactly £1,200,000, write 1200000."),
        ("3 million", "If the amount is exactly £3,000,000, write 3000000."),
        ("approx. £48,000", "If the amount is exact, write 48000."),
        ("£48,000 (est)", "If the amount is exact, write 48000."),
        ("£48,000 plus VAT", "Write {amount: 48000, vat: net}."),
        ("£48,000 ex. VAT", "Write {amount: 48000, vat: net}."),
        ("£48,000 inc VAT", "Write {amount: 48000, vat: gross}."),
        ("£48,000.50 per annum", "Write {amount: 48000.50, period: year}."),
        ("£48,000 p.a. excl VAT", "Write {amount: 48000, vat: net, period: year}."),
        ("€48,000", "Write {amount: 48000, currency: EUR}."),
        ("€1.2m", "If the amount is exactly €1,200,000, write {amount: 1200000, currency: EUR}."),
        ("£1.25bn", "If the amount is exactly £1,250,000,000, write 1250000000."),
        ("£48K pa", "If the amount is exactly £48,000, write {amount: 48000, period: year}."),
        ("about £48,000 a year + VAT", "If the amount is exact, write {amount: 48000, vat: net, period: year}."),
        ("48,000.00 + VAT", "Write {amount: 48000.00, vat: net}."),
        ("£48,000 (whole life)", "Write {amount: 48000, period: whole_life}."),
        ("GBP 48,000", "Write 48000."),
        ("£4,000 per month", "If it is for all 12 months, write {amount: 48000, period: year}."),
        ("£4k pcm + VAT", "If it is for all 12 months, write {amount: 48000, vat: net, period: year}."),
        ("c. £48,000.50", "If the amount is exact, write 48000.50."), ("0.123456k", _EXAMPLE), ("£1,200k", _EXAMPLE),
        ("£40k-£50k", _EXAMPLE), ("£16k per annum x 3 years", _EXAMPLE), ("up to £50,000", _EXAMPLE),
        ("less than £25,000", _EXAMPLE), (">£25k", _EXAMPLE), ("£25,000+", _EXAMPLE), ("(48,000)", _EXAMPLE),
        ("£500 a day", _EXAMPLE), ("£600/week", _EXAMPLE), ("£48,000 net or gross", _EXAMPLE),
        ("£1,000 per person", _EXAMPLE), ("£1.2345k", "If the amount is exactly £1,234.50, write 1234.50."),
        ("£50,000 - £60,000", _EXAMPLE),
        ("48,00", _EXAMPLE),
        ("48.000", _EXAMPLE),
        ("1,23,456", _EXAMPLE),
        ("TBC", "Leave the field out until the amount is known."),
        ("#N/A", "Leave the field out until the amount is known."),
        ("4.8e4", _EXAMPLE),
        ("£", "Leave the field out until the amount is known."),
        ("1" * 16, _EXAMPLE),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_way_to_write_it(text: str, advice: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        _FIELD.validate_python(text)
    context: dict[str, Any] = refusal.value.errors()[0]["ctx"]
    assert context["code"] == "S113"
    assert context["fix"].endswith(advice)


@given(_AMOUNTS)
def test_what_is_printed_reads_back_as_the_same_amount(amount: Decimal) -> None:
    assert parse_amount(format_amount(amount)) == amount
    assert fields_to_json(Money(amount=amount))["amount"] == f"{amount:f}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("48000", "£48,000"),
        ({"amount": "48000.5", "vat": "net"}, None),
        ({"amount": "48000", "vat": "net", "period": "year"}, "£48,000 a year, excluding VAT"),
        ({"amount": "48,000", "vat": "gross", "period": "whole_life"}, "£48,000 in all, including VAT"),
        ({"amount": "48000", "currency": "EUR"}, "€48,000"),
        ({"amount": "-48000", "currency": "SEK"}, "-48,000 SEK"),
        ({"amount": "48000", "currency": "pounds"}, None),
        ({"amount": "48000", "vat": "some"}, None),
        ({"vat": "net"}, None),
    ],
)
def test_money_is_printed_as_people_read_it(value: Any, text: str | None) -> None:
    if text is None:
        with pytest.raises(ValidationError):
            _FIELD.validate_python(value)
    else:
        assert format_money(_FIELD.validate_python(value)) == text


def test_json_has_the_amount_as_text_and_never_as_a_float() -> None:
    money = _FIELD.validate_python({"amount": "0.10", "vat": Vat.NET})
    assert fields_to_json(money) == {"amount": "0.10", "currency": "GBP", "vat": "net"}
