"""Field types, one file each. `TYPES` is the closed list; nothing else asks which type a field has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from formsvc.fields.address import AddressType
from formsvc.fields.approximate_date import ApproximateDateType
from formsvc.fields.base import FieldType
from formsvc.fields.choice import ChoiceType
from formsvc.fields.choices import ChoicesType
from formsvc.fields.date import DateType
from formsvc.fields.date_time import DateTimeType
from formsvc.fields.decimal_number import DecimalNumberType
from formsvc.fields.email import EmailType
from formsvc.fields.file import FileType
from formsvc.fields.grade import GradeType
from formsvc.fields.guidance import GuidanceType
from formsvc.fields.long_text import LongTextType
from formsvc.fields.measure import MeasureType
from formsvc.fields.person import PersonType
from formsvc.fields.phone import PhoneType
from formsvc.fields.photo import PhotoType
from formsvc.fields.rows import RowsType
from formsvc.fields.secret import SecretType
from formsvc.fields.text import TextType
from formsvc.fields.whole_number import WholeNumberType
from formsvc.fields.yes_no import YesNoType

TYPES: Mapping[str, FieldType] = MappingProxyType(
    {
        made.name: made
        for made in (
            TextType(),
            LongTextType(),
            WholeNumberType(),
            DecimalNumberType(),
            DateType(),
            ApproximateDateType(),
            DateTimeType(),
            YesNoType(),
            ChoiceType(),
            ChoicesType(),
            GradeType(),
            MeasureType(),
            PhoneType(),
            EmailType(),
            AddressType(),
            PersonType(),
            PhotoType(),
            FileType(),
            SecretType(),
            RowsType(),
            GuidanceType(),
        )
    }
)


def field_type(name: str) -> FieldType:
    """Return the type of that name; raise KeyError when there is none."""
    return TYPES[name]
