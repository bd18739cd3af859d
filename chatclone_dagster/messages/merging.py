"""One person behind several senders: what the settings say, exact keys, what exports tell, and last of all equal names.

Nothing here guesses: what only makes it likely that two are one is a suggestion (messages.suggestions), for the user to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from chatclone_dagster.messages.senders import Sender, name_to_compare
from chatclone_dagster.names import normal_name
from chatclone_dagster.phones import spoken

Key = TypeVar("Key", str, tuple[str, str])

OWNER = "\0owner"  # a label that no name can be
RULES = ("owner", "alias", "contact", "phone", "email", "account", "new_number", "same_messages", "same_name", "alone")
"""Why a sender is who it is, the strongest reason first: what the export or the settings say, the address book, the same number,
address or account, a number changed for another, the same messages under two names, the same name; or nothing but itself."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two senders that are one by an export: forms (senders.form_of) with their source, which of RULES says so, and how.

    `to_others`: the second name is what another phone calls the first.
    """

    one: str
    other: str
    rule: str
    evidence: str
    to_others: bool = False


@dataclass(eq=False)
class Group:
    """Senders that are one person."""

    senders: list[Sender]
    label: str | None = None
    not_owner: bool = False
    apart: set[tuple[int, int]] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    apps: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, one: Sender) -> Group:
        """Somebody alone. `apps` are those in which the person has an account with an id of its own."""
        return cls([one], one.label, one.not_owner, set(), set(one.phones), {one.account[0]} if one.account else set())


def merge(senders: Sequence[Sender], links: Iterable[Link], different: Iterable[tuple[str, str]]) -> list[Group]:
    """Group senders (and cards of the address book) into people, and write down at each sender why.

    `different` are pairs of forms that stay apart. The result depends on what is given, not on its order.
    """
    return _Merger(senders, different).groups(links)


class _Merger:
    def __init__(self, senders: Sequence[Sender], different: Iterable[tuple[str, str]]) -> None:
        self._senders = sorted(senders, key=_order)
        self._group = {one: Group.of(one) for one in self._senders}
        self._by_form: dict[str, list[Sender]] = defaultdict(list)
        for one in self._senders:
            for form in one.forms:
                self._by_form[form].append(one)
        for number, pair in enumerate(sorted({(min(pair), max(pair)) for pair in different})):
            both = {one for one in self._by_form[pair[0]] if pair[1] in one.forms}
            for side, form in enumerate(pair):
                for one in self._by_form[form]:
                    if one not in both:
                        self._group[one].apart.add((number, side))

    def groups(self, links: Iterable[Link]) -> list[Group]:
        labelled: dict[str, list[Sender]] = defaultdict(list)
        for one in self._senders:
            if one.label:
                labelled[one.label].append(one)
        for alike in labelled.values():
            for one in alike[1:]:
                self._unite(alike[0], one, forced=True)
        self._by_contacts()
        senders = [one for one in self._senders if one.source]
        for phone, holders in _shared((one, one.phones) for one in senders):
            self._all("phone", holders, spoken(phone))
        for email, holders in _shared((one, one.emails) for one in senders):
            self._all("email", holders, email)
        # What of an account is the owner's, is for the export to say: it may mark only some of the messages.
        for account, holders in _shared((one, filter(None, [one.account])) for one in senders if one.label != OWNER):
            self._all("account", holders, f"the same account: {':'.join(account)}")
        for link in sorted(links, key=lambda link: (RULES.index(link.rule), link.one, link.other)):
            both = [self._by_form.get(form, []) for form in (link.one, link.other)]
            if all(both):
                self._all(link.rule, [*both[0], *both[1]], link.evidence)
            for one in both[1] if link.to_others else ():
                one.to_others = True
        self._by_names()
        return list(dict.fromkeys(self._group[one] for one in senders))

    def _by_contacts(self) -> None:
        """A card joins whoever has one of its numbers or addresses, unless cards of other people have it too."""
        cards = [one for one in self._senders if not one.source]
        for key, holders in _shared(((card, card.phones | card.emails) for card in cards), fewest=1):
            if len({normal_name(card.name or "") for card in holders}) == 1:
                senders = [one for one in self._by_form[key] if one.source and key in one.phones | one.emails]
                told = f"{key if '@' in key else spoken(key)} is {holders[0].name}'s in {holders[0].at}"
                self._all("contact", [*holders, *senders], told)

    def _by_names(self) -> None:
        """Join those of one name, unless two of them have different numbers, or different accounts of one app.

        Then there are two people of that name, or one with two numbers, and nobody can say which of them the others are.
        The one word that a stranger chose for a name is compared with such words only.
        """
        named = ((one, [name_to_compare(one.name)]) for one in self._senders if one.name and one.label != OWNER)
        for _, alike in _shared(named):
            groups = dict.fromkeys(self._group[one] for one in alike)
            with_phone = [group for group in groups if group.phones]
            apps = [app for group in groups for app in group.apps]
            unclear = len(with_phone) > 1 or len(set(apps)) < len(apps)
            joined = [one for one in alike if not unclear or not (self._group[one].phones or self._group[one].apps)]
            where = sorted({one.source or f"the address book ({one.at})" for one in joined})
            self._all("same_name", joined, f"the same name in {', '.join(where)}")

    def _all(self, rule: str, senders: Sequence[Sender], evidence: str) -> None:
        """Join senders for one reason, and note it at each of them that has no stronger one."""
        heads: list[Sender] = []
        for one in senders:
            if not any(self._unite(head, one) for head in heads):
                heads.append(one)
        for one in senders:
            if one.rule is None and sum(self._group[other] is self._group[one] for other in senders) > 1:
                one.rule, one.evidence = rule, evidence

    def _unite(self, one: Sender, other: Sender, *, forced: bool = False) -> bool:
        """Whether two are one person now."""
        first, second = self._group[one], self._group[other]
        if first is second:
            return True
        if not (forced or _may_be_one(first, second)):
            return False
        if len(first.senders) < len(second.senders):
            first, second = second, first
        first.senders += second.senders
        first.label = first.label or second.label
        first.not_owner |= second.not_owner
        first.apart |= second.apart
        first.phones |= second.phones
        first.apps |= second.apps
        self._group.update(dict.fromkeys(second.senders, first))
        return True


def _shared(keys: Iterable[tuple[Sender, Iterable[Key]]], fewest: int = 2) -> list[tuple[Key, list[Sender]]]:
    """Keys that at least so many have, with those who have them, in order."""
    holders: dict[Key, list[Sender]] = defaultdict(list)
    for one, its in keys:
        for key in its:
            holders[key].append(one)
    return [(key, holders[key]) for key in sorted(holders) if len(holders[key]) >= fewest]


def _may_be_one(first: Group, second: Group) -> bool:
    labels = {first.label, second.label} - {None}
    owner_and_not = OWNER in labels and (first.not_owner or second.not_owner)
    apart = any((number, 1 - side) in second.apart for number, side in first.apart)
    return len(labels) < 2 and not owner_and_not and not apart


def _order(one: Sender) -> tuple[str, ...]:
    return tuple(text or "" for text in (one.source, one.key, one.written, one.chat, one.at))
