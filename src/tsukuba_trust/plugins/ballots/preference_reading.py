"""Parameters of a preference contest, and the same in a record's question.

| parameter | forms | meaning (default) |
|---|---|---|
| ``form`` | all | ranking, score, grade, list or choice |
| ``blank`` | all | whether nothing at all may be said (false) |
| ``min``, ``max`` | ranking | fewest and most options that are ranked (1, all) |
| ``ties`` | ranking | whether options may share a rank (false) |
| ``slots``, ``min`` | list | places of the list, and how many are filled at least (1) |
| ``max`` | score | the highest score; the lowest is 0 |
| ``grades`` | grade | keys of the grades, best first |
| ``accept_patterns`` | all | the office accepts that ballots can be told apart (attack B10) |
"""

from collections.abc import Mapping, Sequence

from tsukuba_trust.crypto.vectors import LARGEST_ENTRY
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.plugins.ballots.preference_forms import FORMS, Form, InvalidBallot
from tsukuba_trust.values import Contest, Json, Parameters

_OF_FORM: Mapping[str, frozenset[str]] = {
    "ranking": frozenset({"min", "max", "ties"}),
    "score": frozenset({"max"}),
    "grade": frozenset({"grades"}),
    "list": frozenset({"slots", "min"}),
    "choice": frozenset(),
}
_OF_ALL = frozenset({"form", "blank", "accept_patterns"})


def form_of_contest(contest: Contest) -> Form:
    """Read the parameters of an election file.

    :raises Misconfigured: ``ballot_parameter_unknown``, ``ballot_parameter_invalid``
    """
    return _form(contest.ballot, len(contest.options))


def form_of_question(question: Json) -> Form:
    """Read a question of a record; without ``extra`` any vector may be sealed.

    :raises Rejected: ``question_form``: its ``extra`` is not ours
    """
    answers, extra = question["value"]["answers"], question.get("extra")
    if extra is None:
        return Form("score", len(answers), True, 0, LARGEST_ENTRY)
    try:
        parameters = {key: extra[key] for key in extra if key != "options"}
        return _form(parameters, len(extra.get("options", answers)))
    except (Misconfigured, TypeError, AttributeError) as error:
        raise Rejected("question_form", "extra says no form of ballot") from error


def lines_of(question: Json, entries: Sequence[int]) -> tuple[str, ...]:
    """Say a vector with the record's names; nothing where it is blank.

    :raises InvalidBallot: it is none that the question allows
    """
    form = form_of_question(question)
    if len(entries) != form.length:
        raise InvalidBallot("range")
    form.read(entries)
    extra = question.get("extra", {})
    options = extra.get("options", question["value"]["answers"])
    if form.is_slotted:
        listed = [options[number - 1] for number in entries if number]
        numbered = tuple(f"{place}. {name}" for place, name in enumerate(listed, 1))
        return tuple(listed) if form.kind == "choice" else numbered
    said = [(entry, name) for entry, name in zip(entries, options, strict=True) if entry]
    if form.kind == "ranking":
        said.sort(key=lambda item: item[0])
        return tuple(f"{rank}. {name}" for rank, name in said)
    grades = extra.get("grades") if form.kind == "grade" else None
    return tuple(f"{name}: {grades[entry - 1] if grades else entry - 1}" for entry, name in said)


def extra_of(contest: Contest, form: Form) -> Json:
    """Return what the record says of the form; φ binds every ballot to it."""
    parameters = {"form": form.kind, "blank": form.blank}
    parameters |= {
        key: contest.ballot[key] for key in sorted(_OF_FORM[form.kind]) if key in contest.ballot
    }
    if form.is_slotted:
        parameters["options"] = [option.name.official for option in contest.options]
    return parameters


def _form(parameters: Parameters, options: int) -> Form:
    kind = parameters.get("form")
    if kind not in FORMS:
        raise Misconfigured("ballot_parameter_invalid", f"one of {', '.join(FORMS)}", where="form")
    unknown = sorted(set(parameters) - _OF_ALL - _OF_FORM[kind])
    if unknown:
        raise Misconfigured("ballot_parameter_unknown", where=unknown[0])
    for key in ("blank", "ties", "accept_patterns"):
        if type(parameters.get(key, False)) is not bool:
            raise Misconfigured("ballot_parameter_invalid", "true or false", where=key)
    blank = parameters.get("blank", False)
    if kind == "ranking":
        ties = parameters.get("ties", False)
        high = _number(parameters, "max", 1, options, options)
        if ties and high != options:
            raise Misconfigured("ballot_parameter_invalid", "not with ties", where="max")
        low = _number(parameters, "min", 1, high, 1)
        return _sized(Form(kind, options, blank, low, high, ties))
    if kind == "score":
        return _sized(Form(kind, options, blank, 0, 1 + _number(parameters, "max", 1, 254)))
    if kind == "grade":
        return _sized(Form(kind, options, blank, 0, _grades(parameters.get("grades"))))
    slots = 1 if kind == "choice" else _number(parameters, "slots", 1, min(options, 254))
    low = _number(parameters, "min", 1, slots, 1)
    return _sized(Form(kind, options, blank, low, slots))


def _number(
    parameters: Parameters, key: str, least: int, most: int, default: int | None = None
) -> int:
    value = parameters.get(key, default)
    if type(value) is not int or not least <= value <= most:
        detail = f"a whole number from {least} to {most}"
        raise Misconfigured("ballot_parameter_invalid", detail, where=key)
    return value


def _grades(grades: Json) -> int:
    if (
        not isinstance(grades, list)
        or not all(isinstance(grade, str) and grade for grade in grades)
        or len(set(grades)) != len(grades)
        or not 2 <= len(grades) <= LARGEST_ENTRY
    ):
        detail = "at least two different texts, the best first"
        raise Misconfigured("ballot_parameter_invalid", detail, where="grades")
    return len(grades)


def _sized(form: Form) -> Form:
    """Check that numbers of options and ranks fit into an entry."""
    if form.options > LARGEST_ENTRY:
        detail = f"at most {LARGEST_ENTRY} options"
        raise Misconfigured("ballot_parameter_invalid", detail, where="form")
    return form
