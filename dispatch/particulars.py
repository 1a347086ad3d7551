"""What is known of a resident beyond name, telephone and home: kept apart, because fewer may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from dispatch.errors import BadFieldError
from dispatch.phone import mask_phone
from dispatch.resident import Resident, mask_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A further number of a resident: whose it is, empty for their own, and when to call, in words."""

    number: str
    whose: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is known of one resident besides; empty and None where nothing was told.

    ``identity`` is the number of the identity card as it may be shown, ``identity_hash`` finds it, and
    ``identity_sealed`` holds it for those with a reason.
    """

    resident: str
    other_names: tuple[str, ...] = ()
    born_on: date | None = None
    phones: tuple[Phone, ...] = ()
    building: str = ""
    unit: str = ""
    room: str = ""
    dialect: str = ""
    preferred_providers: tuple[int, ...] = ()
    access_need: str = ""
    care_mode: str = ""
    arrived_on: date | None = None
    leaves_on: date | None = None
    identity: str = ""
    identity_hash: str = ""
    identity_sealed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A mark of a resident: who said it, from which day, and until which, None for until it is ended."""

    no: str
    resident: str
    tag: str
    source: str
    since: date
    until: date | None = None
    ended_on: date | None = None

    def holds(self, on: date) -> bool:
        """Return whether the mark holds on a day."""
        ends = [day for day in (self.until, self.ended_on) if day is not None]
        return self.since <= on and all(on <= day for day in ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRule:
    """A mark that residents may have; ``right`` is what one needs to see it, empty for what every keeper sees."""

    code: str
    name_zh: str
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRules:
    """What may be told of residents, and who sees what of it.

    ``relations``, ``care_modes`` are names by code. ``rights`` are the roles that have each right, ``behind`` names for
    each field of `Particulars` that has one the right it stands behind. Under ``adult_at`` years one is a minor.
    """

    tags: Mapping[str, TagRule]
    relations: Mapping[str, str]
    care_modes: Mapping[str, str]
    rights: Mapping[str, frozenset[str]]
    behind: Mapping[str, str]
    adult_at: int

    def may(self, role: str, right: str) -> bool:
        """Return whether a role has a right; everybody has the empty one."""
        return not right or role in self.rights[right]

    def sees_tag(self, role: str, tag: str) -> bool:
        """Return whether a role sees a mark; one that the rules do not know needs the right to health."""
        rule = self.tags.get(tag)
        return self.may(role, "health" if rule is None else rule.right)

    def check(self, told: Particulars) -> Particulars:
        """Return what was told, when the rules know its words.

        Raises
        ------
        BadFieldError
        """
        if told.care_mode and told.care_mode not in self.care_modes:
            raise BadFieldError("care_mode", told.care_mode, "care modes are " + ", ".join(self.care_modes))
        if told.arrived_on and told.leaves_on and told.leaves_on < told.arrived_on:
            raise BadFieldError("leaves_on", told.leaves_on.isoformat(), "a day after the arrival")
        return told

    def check_tag(self, tag: str) -> str:
        """Return a mark that the rules know.

        Raises
        ------
        BadFieldError
        """
        if tag not in self.tags:
            raise BadFieldError("tag", tag, "tags are " + ", ".join(self.tags))
        return tag

    def check_relation(self, relation: str) -> str:
        """Return a relation that the rules know.

        Raises
        ------
        BadFieldError
        """
        if relation not in self.relations:
            raise BadFieldError("relation", relation, "relations are " + ", ".join(self.relations))
        return relation

    def is_minor(self, resident: Resident, born_on: date | None, today: date) -> bool:
        """Return whether a resident is a minor; with the year of birth alone until the end of the year."""
        if born_on is not None:
            years = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
            return years < self.adult_at
        return resident.birth_year is not None and today.year - resident.birth_year <= self.adult_at


def withheld(rules: PeopleRules, role: str, *, minor: bool) -> frozenset[str]:
    """Return the fields of `Particulars` that a role does not see; of a minor all but for those with the right."""
    if minor and not rules.may(role, "minor"):
        return frozenset(Particulars.__dataclass_fields__) - {"resident"}
    return frozenset(name for name, right in rules.behind.items() if not rules.may(role, right))


def masked_particulars(told: Particulars, hidden: frozenset[str]) -> Particulars:
    """Return what is known as those see it who have not looked with a reason; hidden fields are empty."""
    empty = Particulars(resident=told.resident)
    shown = replace(
        told,
        other_names=tuple(map(mask_name, told.other_names)),
        phones=tuple(replace(phone, number=mask_phone(phone.number)) for phone in told.phones),
        born_on=None,
        unit="",
        room="",
        identity_hash="",
        identity_sealed="",
    )
    return replace(shown, **{name: getattr(empty, name) for name in hidden})
