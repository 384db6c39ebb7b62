"""Fields that say exactly what they take, and say it in the API's description too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..lib.periods import month_key, parse_month


class Text(serializers.CharField):
    """Text, and nothing that merely can be written as text."""

    def __init__(self, **options: Any) -> None:
        # The field refuses NUL itself; the pattern is for the API's description to say so.
        pattern = RegexValidator(r"^[^\x00]+$")
        super().__init__(trim_whitespace=False, validators=[pattern], **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": r"^[A-Za-z0-9_-]+$", "maxLength": 50})
class Code(serializers.SlugField):
    """The code of an area, a measure or a document."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=50, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Word(serializers.ChoiceField):
    """A code kept as a number, written as the word of its enumeration in lower case.

    `codes` is that enumeration; its members have labels.
    """

    def __init__(self, codes: Any, **options: Any) -> None:
        self.codes = codes
        super().__init__([(code.name.lower(), code.label) for code in codes], **options)

    def to_internal_value(self, data: Any) -> Any:
        return self.codes[super().to_internal_value(data).upper()]

    def to_representation(self, value: Any) -> str:
        return self.codes(value).name.lower()


class YesNo(serializers.ChoiceField):
    """`true` or `false` in an address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(["true", "false"], **options)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(data) == "true"


@extend_schema_field({"type": "string", "pattern": r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"})
class Month(serializers.Field[Any, str, str, date]):
    """A month written 2015-02; `days` says which of its days are meant, from its first."""

    def __init__(self, days: Callable[[date], Any] = lambda first: first, **options: Any) -> None:
        self.days = days
        super().__init__(**options)

    def to_internal_value(self, data: str) -> Any:
        try:
            return self.days(parse_month(data))
        except ValueError as problem:
            raise serializers.ValidationError(str(problem)) from None

    def to_representation(self, value: date) -> str:
        return month_key(value)


class Day(serializers.DateField):
    """A day written 2015-02-28, in a year that has figures."""

    default_error_messages = {"day": "Give a date from 1900 to 2099, written 2015-02-28."}

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not re.fullmatch(r"(19|20)\d\d-\d\d-\d\d", data, re.ASCII):
            self.fail("day")
        return super().to_internal_value(data)
