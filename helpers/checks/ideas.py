"""Exercises of episode 1 on ideas: fields, kinds of task, causes."""

from helpers.checks.answers import assigned, word
from helpers.checks.machinery import exercise

FIELDS = {"ai": "artificial intelligence", "ml": "machine learning", "dl": "deep learning"}


@exercise
def nested_sets(outer, middle, inner):
    """Check how artificial intelligence, machine learning and deep learning contain each other.

    Parameters
    ----------
    outer : str
        The field that contains the other two.
    middle : str
        The field in between.
    inner : str
        The field that both others contain.

    Notes
    -----
    Mistakes it recognises:

    * a field that is not among the three
    * a field named twice
    * the order turned inside out
    * deep learning as the largest field
    * machine learning as the largest field
    * machine learning as the smallest field
    """
    given = {"outer": outer, "middle": middle, "inner": inner}
    given = {at: FIELDS.get(str(field).strip().lower(), field) for at, field in given.items()}
    a, b, c = (word(field, at, list(FIELDS.values())) for at, field in given.items())
    ai, ml, dl = FIELDS.values()
    yield len({a, b, c}) < 3, "One field stands there twice: use each of the three once."
    yield (a, b, c) == (dl, ml, ai), "Inside out: `outer` is the field that contains the two others."
    yield a == dl, "Deep learning is not the largest field: it is one way of machine learning."
    yield (
        a == ml,
        "Machine learning is not the largest: rules written by hand can be artificial intelligence too.",
    )
    yield c == ml, "Machine learning is not the smallest: a decision tree learns too, without being deep."
    return "Deep learning is a part of machine learning, and that is a part of artificial intelligence."


@exercise
def classifier_or_predictor(answers):
    """Check which of four questions a classifier answers, and which a predictor of numbers.

    Parameters
    ----------
    answers : dict of str to str
        "tomorrow's temperature", "spam or not", "species in a photo" and "price of a house", each with
        "classifier" or "predictor".

    Notes
    -----
    Mistakes it recognises:

    * a list instead of the dictionary
    * a question left out
    * neither classifier nor predictor
    * the temperature given to a classifier
    * spam given to a predictor
    * the species given to a predictor
    * the price given to a classifier
    """
    key = {
        "tomorrow's temperature": (
            "predictor",
            "a temperature is a number on a scale, say 21.3 °C, not a class.",
        ),
        "spam or not": ("classifier", "two classes are classes too; nothing lies between them."),
        "species in a photo": ("classifier", "a species is one name out of a list, not a number on a scale."),
        "price of a house": ("predictor", "a price can be any number, not one name out of a list."),
    }
    yield from assigned(answers, key)
    return "A classifier chooses one of a list of classes, a predictor gives a number on a scale."


@exercise
def neighbors(answers):
    """Check which task of computer vision answers which question.

    Parameters
    ----------
    answers : dict of str to str
        "What is in the image?", "What is the one object, and where?", "Where are all the objects?",
        "Which class has each pixel?" and "Which pixels belong to which object?", each with
        "image classification", "classification + localisation", "object detection",
        "semantic segmentation" or "instance segmentation".

    Notes
    -----
    Mistakes it recognises:

    * a question left out
    * a task that is not in the figure
    * localisation where no place is asked for
    * detection where there is one object
    * localisation where there are many objects
    * instances where only the class of a pixel counts
    * semantic segmentation where objects must be told apart
    """
    key = {
        "What is in the image?": (
            "image classification",
            "nobody asks for a place, so one name is enough.",
        ),
        "What is the one object, and where?": (
            "classification + localisation",
            "one object, so one name and one box. Look for the image with a single box.",
        ),
        "Where are all the objects?": (
            "object detection",
            "many objects, so many boxes. Look for the image with a box for each.",
        ),
        "Which class has each pixel?": (
            "semantic segmentation",
            "two cats side by side become one patch, as nobody asks which is which.",
        ),
        "Which pixels belong to which object?": (
            "instance segmentation",
            "two cats must stay two. Look for the image where each has its own colour.",
        ),
    }
    yield from assigned(answers, key)
    return "A name, a name with a box, many boxes, a class a pixel, an object a pixel: five questions."


@exercise
def different_results(answers):
    """Check what can make two runs of one notebook give different numbers.

    Parameters
    ----------
    answers : dict of str to bool
        "random initial weights", "order of the batches", "another processor", "the names of the classes"
        and "the same seed on the same machine": True where it can make the numbers differ, else False.

    Notes
    -----
    Mistakes it recognises:

    * a cause left out
    * an answer that is neither True nor False
    * the initial weights thought harmless
    * the order of the batches thought harmless
    * the processor thought harmless
    * the names thought to matter
    * a seed thought to make results differ
    """
    key = {
        "random initial weights": (True, "training starts from them, and another start has another end."),
        "order of the batches": (True, "each step starts from what the batches before it left."),
        "another processor": (
            True,
            "processors add numbers in different orders and so round differently.",
        ),
        "the names of the classes": (False, "the network sees the number of a class, never its name."),
        "the same seed on the same machine": (False, "a seed is there to make two runs the same."),
    }
    yield from assigned(answers, key)
    return (
        "Chance enters with the first weights and the order of the batches; a seed fixes it on one machine."
    )
