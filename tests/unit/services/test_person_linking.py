"""One elector, one holder: cards against the roll, two ways to identify, the audit (B11, J10)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from election_world import CARD, CODE, ROLL_CODE_KEY, World, world
from tsukuba_trust.elections import names
from tsukuba_trust.errors import Refused
from tsukuba_trust.plugins.identity.roll_code import RollCode, new_code
from tsukuba_trust.services.audit import audit
from tsukuba_trust.services.keys import box_key
from tsukuba_trust.services.roll import Enrolled
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.people import Person
from tsukuba_trust.values import IdentityRule, RollRule

HOME = "茨城県つくば市小田１０番地３"
TAKAMURA = Person("髙村　吉男", "1955-05-05", "1", HOME)
OTHER_TAKAMURA = Person("濵村　吉男", "1960-06-06", "1", HOME)
HAMAMURA = Person("浜村　吉男", "1960-06-06", "1", HOME)
YAMADA = Person("山田　花子", "1990-01-02", "2", HOME)
GROUPS = RollRule((("net", "internet"),))
CARD_TAKAMURA = replace(TAKAMURA, name="高村　吉男", name_flags="10000")


def line(number: int, person: Person) -> str:
    return f"{number},net,{person.name},{person.birth_date},{person.sex}"


def city(folder, *electors: Person) -> World:
    """Return an open election with cards and printed codes for the same roll."""
    held = world(
        folder,
        electorate="roll",
        identity=(IdentityRule(CARD), IdentityRule(CODE)),
        accept_unbound=True,
        roll=GROUPS,
    )
    rows = [line(number, one) for number, one in enumerate(electors, 1)]
    data = "number,group,name,birth_date,sex\n" + "\n".join(rows) + "\n"
    enrolled = {}
    for number in map(str, range(1, len(electors) + 1)):
        held.codes[number] = new_code(held.draw)
        mark = RollCode(ROLL_CODE_KEY).enrol(held.codes[number])
        enrolled[number] = [Enrolled(CODE, mark["code_mac"], mark)]
    held.fixed, held.trustees = holding.prepare(
        held.services, held.proposed, held.staff, held.now, held.draw,
        fill_roll=lambda fixed: held.services.rolls.import_file(fixed, data.encode(), enrolled),
    )  # fmt: skip
    held.now = held.election.period.opens
    held.services.ceremony.open(held.fixed, held.now)
    return held


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = city(tmp_path, TAKAMURA, OTHER_TAKAMURA, HAMAMURA, YAMADA)
    yield made
    made.close()


def by_card(held: World, person: Person) -> int:
    return holding.identify(
        held.services, held.is_fixed, held.voter(), CARD,
        held.card_answer(held.authority.card(person)), held.now,
    ).index  # fmt: skip


def by_code(held: World, number: int) -> int:
    return holding.identify(
        held.services, held.is_fixed, held.voter(), CODE,
        held.code_answer(held.codes[str(number)]), held.now,
    ).index  # fmt: skip


def code_of(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


# -- substitute characters (jpki.md section 7, item 6) ------------------------------------


def test_a_substitute_character_finds_the_one_line_that_fits(held):
    first = by_code(held, 1)
    by_card(held, CARD_TAKAMURA)
    lookup = held.services.board.lookup(held.origin)
    assert lookup.holder(held.size() - 1) == first


def test_a_substitute_character_that_fits_two_lines_leads_to_the_counter(held):
    flagged = replace(HAMAMURA, name_flags="10000")
    assert code_of(lambda: by_card(held, flagged)) == "counter_needed"


@pytest.mark.parametrize(
    "change",
    [{"birth_date": "1955-05-06"}, {"sex": "2"}, {"name": "高村　吉雄"}, {"name": "高村吉男　"}],
    ids=str,
)
def test_a_substitute_stands_for_its_own_place_only(held, change):
    assert code_of(lambda: by_card(held, replace(CARD_TAKAMURA, **change))) == "counter_needed"


@pytest.mark.parametrize("name", ["髙村　良男", "高村　吉男", "佐藤　吉男", "髙村 吉男"])
def test_a_name_that_is_only_close_leads_to_the_counter(held, name):
    assert code_of(lambda: by_card(held, replace(TAKAMURA, name=name))) == "counter_needed"


@pytest.mark.parametrize(
    "change", [{"name": "佐藤　太郎"}, {"birth_date": "1956-05-05"}, {"sex": "2"}], ids=str
)
def test_whoever_is_not_on_the_roll_is_told_so(held, change):
    assert code_of(lambda: by_card(held, replace(TAKAMURA, **change))) == "not_eligible"


@pytest.mark.parametrize(
    ("name", "registered", "close"),
    [
        ("櫻井　愛", "桜井　愛", True),
        ("渡邉　愛", "渡辺　愛", True),
        ("ｻﾄｳ　愛", "サトウ　愛", True),
        ("佐藤　愛", "鈴木　愛", True),
        ("佐藤　愛", "佐藤　恵", True),
        ("佐藤愛", "佐藤　愛", True),
        ("佐藤　愛", "鈴木　恵", False),
        ("愛", "恵", False),
        ("", "恵", False),
    ],
)
def test_what_is_close_is_a_table(name, registered, close):
    assert names.is_close(name, registered) is close


# -- two ways to identify ------------------------------------------------------------------


def audited(held: World):
    fixed = held.is_fixed
    with held.services.roll.begin() as tx:
        sealed = [one for _key, one in tx.evidence(held.origin)]
    return audit(
        fixed,
        held.services.board.entries(held.origin),
        sealed,
        box_key(held.staff.evidence),
        held.services.registry.identity_providers,
    )


def test_b11_one_elector_with_card_and_code_is_one_holder_and_no_fault(held):
    by_card(held, YAMADA)
    by_code(held, 4)
    by_card(held, YAMADA)
    assert held.services.board.state(held.origin).holders == 1
    assert audited(held).faults == ()


def test_a_card_with_and_without_a_substitute_is_one_person_to_the_auditors(held):
    by_card(held, TAKAMURA)
    by_card(held, CARD_TAKAMURA)
    assert held.services.board.state(held.origin).holders == 1
    assert audited(held).faults == ()


@pytest.mark.parametrize("way", [by_card, by_code])
def test_two_electors_in_one_holder_are_found_whichever_way_they_took(held, monkeypatch, way):
    answers = {by_card: (TAKAMURA, YAMADA), by_code: (1, 4)}[way]
    by_person = held.services.registrar._judging.person
    with held.services.roll.begin() as tx:
        first = next(tx.persons(held.origin))
    monkeypatch.setattr(
        type(held.services.registrar._judging),
        "person",
        lambda self, fixed, judged: by_person(fixed, replace(judged, person=first.key)),
    )
    way(held, answers[0])
    second = way(held, answers[1])
    assert [(one.index, one.reason) for one in audited(held).faults] == [
        (second, "holder_of_two_persons")
    ]


# -- the roll is the board's (J10) ----------------------------------------------------------


def test_j10_voting_does_not_open_on_another_roll_than_the_board_commits_to(tmp_path):
    held = world(
        tmp_path, electorate="roll", identity=(IdentityRule(CODE),), roll=GROUPS
    )  # fmt: skip
    held.fixed, held.trustees = holding.prepare(
        held.services, held.proposed, held.staff, held.now, held.draw,
        fill_roll=lambda fixed: held.import_roll(fixed, 3),
    )  # fmt: skip
    with held.services.roll.begin() as tx:
        tx._connection.exec_driver_sql(
            'UPDATE person SET record = replace(record, \'"number": "1"\', \'"number": "9"\')'
        )
    held.now = held.election.period.opens
    assert code_of(lambda: held.services.ceremony.open(held.is_fixed, held.now)) == "roll_changed"
    assert held.types()[-1] != "VotingOpened"


def test_j10_a_line_changed_after_the_opening_does_not_vote(held):
    with held.services.roll.begin() as tx:
        tx._connection.exec_driver_sql(
            'UPDATE person SET record = replace(record, \'"number": "4"\', \'"number": "9"\')'
        )
    held = held.reopened()
    assert code_of(lambda: by_code(held, 4)) == "roll_changed"
