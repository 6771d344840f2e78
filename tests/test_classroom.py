"""Codes for an instructor: they survive chat and e-mail, and thirty of them show where a class stands."""

import io
import random
import re
from contextlib import redirect_stdout
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from helpers import CourseError, checks, classroom, storage
from helpers.exercises import mistakes, progress, progress_code

KNOWN = mistakes.known()
GUIDE = storage.ROOT / "docs" / "teach" / "class.md"
MET = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from([mistakes.OTHER, *known.sentences]) for name, known in KNOWN.items()}
)
FULL = {name: [*known.sentences][-1] for name, known in KNOWN.items()}
LEARNERS, REACHED = 30, [*KNOWN][:14]


def read(text):
    (symbols,) = progress_code.find(text)
    return progress_code.read(symbols)


@settings(deadline=None, max_examples=25)
@given(st.sets(st.sampled_from([*KNOWN])), MET)
def test_whatever_was_passed_and_met_is_read_back(passed, met):
    assert read(f"My code is {progress_code.write(passed, met)}, best wishes") == (passed, met)


def test_a_code_is_short_and_holds_only_letters_and_digits():
    assert len(progress_code.write(set(), {})) < 20
    code = progress_code.write(set(KNOWN), FULL)
    assert re.fullmatch(r"[0-9A-Z]{5}(-[0-9A-HJ-NP-TV-Z]{5})+", code)
    assert len(code) < 120


WAYS = {
    "small letters": str.lower,
    "a dash of a word processor": lambda code: code.replace("-", "\N{EN DASH}"),
    "no hyphens": lambda code: code.replace("-", ""),
    "a quoted mail, wrapped": lambda code: "> " + code.replace("-", "-\r\n> ", 4),
    "O for 0, l for 1": lambda code: code[:6] + code[6:].replace("0", "O").replace("1", "l"),
    "the same twice": lambda code: f"{code}\n> {code.lower()}",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_code_survives(way):
    assert read(f"hello!{WAYS[way](progress_code.write({'shapes'}, FULL))}. Bye!") == ({"shapes"}, FULL)


def test_each_mistyped_swapped_or_lost_symbol_is_noticed():
    code = progress_code.write({"shapes", "neuron"}, {"training_log": "another number of steps"})
    symbols = code.removeprefix(progress_code.MARK).replace("-", "")
    damaged = {symbols[:place] + symbols[place + 1 :] for place in range(len(symbols))}
    damaged |= {f"{symbols}U", "", "É"}
    for place, symbol in enumerate(symbols):
        damaged |= {symbols[:place] + other + symbols[place + 1 :] for other in progress_code.ALPHABET}
        damaged.add(symbols[:place] + symbols[place + 1 : place + 2] + symbol + symbols[place + 2 :])
    for wrong in damaged - {symbols}:
        with pytest.raises(CourseError, match="wrong or missing"):
            progress_code.read(wrong)


def test_a_code_of_another_version_is_refused_in_words(monkeypatch):
    code = progress_code.write({"shapes"}, {})
    monkeypatch.setattr(progress_code, "known", lambda: KNOWN | {"new": mistakes._Known("07-more", {})})
    with pytest.raises(CourseError, match="of another version"):
        read(code)


def test_other_numbers_make_no_other_mistake_and_an_unknown_sentence_is_none_of_them():
    text = "✗ steps is not 777: a step is one batch of 64, and there are 8,000 images."
    assert mistakes.name_of("training_log", text) == "another number of steps"
    assert mistakes.name_of("training_log", "✗ Quite different.") == mistakes.OTHER
    assert mistakes.name_of("a new check", text) == mistakes.OTHER


def test_the_code_holds_what_was_passed_and_the_mistake_met_most(capsys):
    for steps in (8000, 250, 250, 125):
        checks.training_log(steps, 1142, {"accuracy": [0.6], "val_accuracy": [0.571], "val_loss": [1]})
    checks.shapes("many", ...)
    checks.progress()
    wanted = {"training_log"}, {"training_log": "steps of batches of 32"}
    assert read(capsys.readouterr().out) == wanted
    (storage.FIT_OUTPUTS / progress.FOLDER / f"shapes{progress.MET}").write_text(
        "a name of an older course\n", encoding="utf-8"
    )
    assert read(progress.code()) == (wanted[0], wanted[1] | {"shapes": mistakes.OTHER})


def a_class(folder):
    """Let learners answer the checks, some of them wrongly, most in the same way; write a mail of each."""
    dice, truth = random.Random(4), []
    usual = {name: dice.choice([*KNOWN[name].sentences]) for name in REACHED}
    for learner in range(LEARNERS):
        with mock.patch("helpers.storage.FIT_OUTPUTS", folder / "places" / str(learner)):
            truth.append(([], {}))
            for name in REACHED[: dice.randint(6, len(REACHED))]:
                answer(name, usual[name], dice, *truth[-1])
            mail = f"From: learner {learner}\n\nHere it is: {progress.code()}\n\nThanks!"
        (folder / "mails" / str(learner)).mkdir(parents=True)
        (folder / "mails" / str(learner) / "mail.txt").write_text(mail, encoding="utf-8")
    return truth


def answer(name, usual, dice, passed, met):
    """Give a wrong answer to a check, perhaps, and then the right one, perhaps."""
    if dice.random() < 0.45:
        met[name] = usual if dice.random() < 0.6 else dice.choice([*KNOWN[name].sentences])
        progress.record_mistake(name, KNOWN[name].sentences[met[name]])
    if dice.random() < (0.6 if name in met else 0.95):
        passed.append(name)
        progress.record(name)


def shown(folder):
    """Show the class: what it did, the table, and what is printed."""
    truth = a_class(folder)
    with redirect_stdout(io.StringIO()) as printed:
        table = classroom.show(folder / "mails")
    return truth, table, printed.getvalue()


def test_thirty_mails_show_where_the_class_stands_and_the_guide_shows_this_class(tmp_path):
    truth, table, printed = shown(tmp_path)
    for name, row in table.iterrows():
        assert row.passed == sum(name in passed for passed, _ in truth)
        assert row.stuck == sum(name in met and name not in passed for passed, met in truth)
        named = [met[name] for _, met in truth if name in met]
        assert row.met == named.count(row.mistake)
        assert row.sentence == KNOWN[name].sentences.get(row.mistake, row.mistake)
    assert f"Codes read: {LEARNERS}; left out: 0." in printed
    assert f"```text\n{printed}```" in GUIDE.read_text(encoding="utf-8"), "python -m tests.test_classroom"
    (bars,) = plt.gcf().axes
    assert bars.alt_text in " ".join(GUIDE.read_text(encoding="utf-8").split())


def test_what_cannot_be_read_is_named_and_the_rest_is_shown(capsys):
    good = progress_code.write({"shapes"}, {})
    table = classroom.show([f"{good} and {good[:-2]}", "MYCNN - what is that?"])
    assert table.passed.to_dict() == {"shapes": 1}
    out = capsys.readouterr().out
    assert out.count("wrong or missing. Ask its owner") == 2
    assert "Codes read: 1; left out: 2." in out
    assert "Nobody has met a mistake yet." in out


@pytest.mark.parametrize("codes", ["no such folder", "MYCNN-", "", [], 3, None])
def test_without_any_code_the_words_say_what_is_wanted(codes):
    with pytest.raises(CourseError, match="code|path"):
        classroom.show(codes)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        print(shown(storage.Path(place))[2])
    figure = plt.gcf()
    figure.savefig(GUIDE.with_suffix(".webp"), pil_kwargs={"lossless": True})
    print(figure.axes[0].alt_text)
