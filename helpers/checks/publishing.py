"""Exercises of episode 6 on what is handed over: the parts of a file, whom to trust, card and page."""

import re
from pathlib import Path

from helpers.checks.answers import WrongAnswerError, assigned, shown
from helpers.checks.machinery import exercise

SHORTEST = 40  # characters of a text that says something
PARTS_OF_A_PAGE = ("model.onnx", "page.json", "app.js")


@exercise
def saved_parts(answers):
    """Check what `model.save` writes into a .keras file.

    Parameters
    ----------
    answers : dict of str to bool
        Five things, each with True or False.

    Notes
    -----
    Mistakes it recognises:

    * a thing left out
    * an answer that is neither True nor False
    * the settings of the layers forgotten
    * the parameters forgotten
    * the memory of the optimizer forgotten
    * the history thought to be in it
    * the images thought to be in it
    """
    key = {
        "the layers and their settings": (
            True,
            "that is config.json: without it nobody could build the network.",
        ),
        "the parameters": (True, "they are the largest part: model.weights.h5."),
        "what the optimizer remembers": (True, "so that a training can go on where it stopped."),
        "the history of the training": (False, "Keras forgets it: save it beside the model."),
        "the training images": (
            False,
            "the file holds no images: the card says where they come from.",
        ),
    }
    yield from assigned(answers, key)
    return "Everything to predict and to train on, but not how it came about: that is for history and card."


@exercise
def trust(answers):
    """Check which model files one may load, and how.

    Parameters
    ----------
    answers : dict of str to str
        Five situations, each with "load" or "refuse".

    Notes
    -----
    Mistakes it recognises:

    * a situation left out
    * neither of the two words
    * an ordinary file refused
    * a pickle loaded
    * a Lambda layer loaded
    * code that was read refused
    * the safe mode switched off
    """
    key = {
        "a .keras file of Keras's own layers, in safe mode": (
            "load",
            "nothing in it runs but Keras's own code.",
        ),
        "a .pkl file from a forum": ("refuse", "a pickle can run any command while it is loaded."),
        "a stranger's .keras file with a Lambda layer": (
            "refuse",
            "the layer holds its author's code, which would run on your computer.",
        ),
        "a file with a custom layer whose code you have read and registered": (
            "load",
            "then the code that runs is the code that you know.",
        ),
        "a download that only loads with safe_mode=False": (
            "refuse",
            "the error message is the warning: ask its author for another file.",
        ),
    }
    yield from assigned(answers, key)
    return "A model is a program: what counts is whose code runs when it is loaded."


@exercise
def card_texts(texts):
    """Check the three texts of a model card that only its author can write.

    Parameters
    ----------
    texts : dict of str to str
        "intended_use" (what for, and what not), "limits" and "licence" (an identifier such as "mit").

    Notes
    -----
    Mistakes it recognises:

    * a text left out
    * something that is no text
    * the same text twice
    * a use of a few words
    * no word on what it must not be used for
    * limits of a few words
    * a licence described instead of named
    """
    yield not isinstance(texts, dict), f"The texts are {shown(texts)}: keep the dictionary of the task."
    for key in ("intended_use", "limits", "licence"):
        yield key not in texts, f'"{key}" is missing: a card without it leaves its readers to guess.'
        yield (
            not isinstance(texts[key], str),
            f'"{key}" is {shown(texts[key])}: write a text in quotation marks.',
        )
    use, limits, license = (texts[key].strip() for key in ("intended_use", "limits", "licence"))
    yield use == limits, "Use and limits are the same text: one says what for, the other where it fails."
    yield len(use) < SHORTEST, f"The intended use has {len(use)} characters: write a whole sentence."
    yield (
        not re.search(r"\b(not|never|nobody|only|no)\b", use.lower()),
        "The intended use does not say what the model must NOT be used for: add it.",
    )
    yield (
        len(limits) < SHORTEST,
        f"The limits have {len(limits)} characters: say where it fails, and for whom.",
    )
    yield (
        not re.fullmatch(r"[a-z0-9][a-z0-9.+-]{1,30}", license),
        f'The licence is {shown(license)}: write an identifier, such as "mit" or "cc-by-4.0".',
    )
    return "Use, limits and licence: now others can decide whether your model fits their question."


@exercise
def web_page(page):
    """Check a web page that `sharing.make_web_page` wrote, with a title and a text of one's own.

    Parameters
    ----------
    page : path-like
        What `make_web_page` returned: index.html.

    Notes
    -----
    Mistakes it recognises:

    * something that is no path
    * a page that is not there
    * the page moved away from its files
    * the title of the template
    * nothing said about the model
    """
    if not isinstance(page, str | Path) or not str(page):
        raise WrongAnswerError(f"The page is {shown(page)}: hand over what make_web_page returned.")
    folder = Path(page).parent if str(page).endswith(".html") else Path(page)
    file = folder / "index.html"
    yield not file.is_file(), f"There is no page at {shown(str(page))}: call make_web_page first."
    missing = [name for name in PARTS_OF_A_PAGE if not (folder / name).is_file()]
    yield missing, f"Beside the page there is no {', no '.join(missing)}: a page needs its whole folder."
    text = file.read_text(encoding="utf-8")
    yield "<h1>Which class is it?</h1>" in text, "It still has the template's title: pass title=..."
    yield (
        "<p>Nobody has said" in text,
        "It says nothing about the model: pass about=..., how good it is and what not to use it for.",
    )
    return "The page is ready: one folder, which works on any web host."
