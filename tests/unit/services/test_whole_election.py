"""One small election from its definition to the declared result."""

from election_world import world


def test_an_election_runs_from_its_definition_to_the_result(tmp_path):
    held = world(tmp_path).opened()
    voters = [held.registered(person) for person in range(4)]
    for voter, choice in zip(voters, (0, 1, 1, 2), strict=True):
        held.cast(voter, choice)
    report = held.counted()
    assert (report.checked, report.faults, report.surplus) == (4, (), 0)
    assert held.votes() == [1, 2, 1]
