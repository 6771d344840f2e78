"""The formats in which learning platforms import questions: Moodle XML, and QTI 1.2 as Canvas reads it."""

from html import escape
from typing import NamedTuple
from xml.etree import ElementTree

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
MOODLE = {"choice": "multichoice", "number": "numerical", "words": "shortanswer"}
CANVAS = {"choice": "multiple_choice", "number": "numerical", "words": "short_answer"}
RESPONSE = "response1"  # as Canvas calls it


class Answer(NamedTuple):
    """One answer: of a choice in HTML, else plain text; `feedback` is HTML."""

    text: str
    feedback: str
    right: bool = False


class Question(NamedTuple):
    """One question, in HTML; `hint` is for an answer of which nothing is known."""

    kind: str
    name: str
    text: str
    answers: list
    hint: str = ""
    tolerance: float = 0


def written(number):
    """Write a number as short as it is exact enough for an answer."""
    return f"{number:.10g}"


def _add(parent, tag, text=None, **attributes):
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element


def as_moodle(notebook, sets):
    """Write sets of questions as Moodle XML, each in a category of its own."""
    root = ElementTree.Element("quiz")
    for name, found in sets.items():
        category = _add(_add(root, "question", type="category"), "category")
        _add(category, "text", f"$course$/top/Image classification/{notebook}/{name}")
        for question in found:
            _add_to_moodle(root, question)
    return _as_bytes(root)


def _add_to_moodle(root, question):
    entry = _add(root, "question", type=MOODLE[question.kind])
    _add(_add(entry, "name"), "text", question.name)
    _add(_add(entry, "questiontext", format="html"), "text", question.text)
    if question.kind == "choice":
        for tag, value in (("single", "true"), ("shuffleanswers", "true"), ("answernumbering", "none")):
            _add(entry, tag, value)
    any_other = [Answer("*", question.hint)] if question.hint else []
    for answer in (*question.answers, *any_other):
        form = "html" if question.kind == "choice" else "moodle_auto_format"
        node = _add(entry, "answer", fraction="100" if answer.right else "0", format=form)
        _add(node, "text", answer.text)
        _add(_add(node, "feedback", format="html"), "text", answer.feedback)
        if question.kind == "number" and answer.text != "*":
            _add(node, "tolerance", written(question.tolerance))


def as_qti(notebook, sets):
    """Write sets of questions as the files of a QTI package, path -> content: a quiz for each set."""
    manifest = ElementTree.Element("manifest", xmlns=PACKAGE, identifier=f"manifest-{notebook}")
    metadata = _add(manifest, "metadata")
    _add(metadata, "schema", "IMS Content")
    _add(metadata, "schemaversion", "1.1.3")
    _add(manifest, "organizations")
    resources, files = _add(manifest, "resources"), {}
    for name, found in sets.items():
        ident = f"{notebook}-{name}"
        resource = _add(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
        _add(resource, "file", href=f"{ident}/{ident}.xml")
        root = ElementTree.Element("questestinterop", xmlns=QTI)
        section = _add(
            _add(root, "assessment", ident=ident, title=f"{notebook}: {name}"), "section", ident="all"
        )
        for place, question in enumerate(found, start=1):
            _add_item(section, f"{ident}-{place}", question)
        files[f"{ident}/{ident}.xml"] = _as_bytes(root)
    return {"imsmanifest.xml": _as_bytes(manifest)} | files


def _add_item(section, ident, question):
    """Add one question; Canvas keeps feedback on wrong answers of a choice, and one for all others."""
    item = _add(section, "item", ident=ident, title=question.name)
    fields = _add(_add(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", f"{CANVAS[question.kind]}_question"), ("points_possible", "1")):
        field = _add(fields, "qtimetadatafield")
        _add(field, "fieldlabel", label)
        _add(field, "fieldentry", entry)
    presentation = _add(item, "presentation")
    _add_html(presentation, question.text)
    rules = _add(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    _add(_add(rules, "outcomes"), "decvar", **score)
    feedback = (_add_choice if question.kind == "choice" else _add_open)(presentation, rules, question)
    for name, text in feedback.items():
        _add_html(_add(_add(item, "itemfeedback", ident=name), "flow_mat"), text)


def _add_html(parent, html):
    _add(_add(parent, "material"), "mattext", html, texttype="text/html")


def _add_choice(presentation, rules, question):
    """Add the answers to choose from, what each of them shows, and which one is right."""
    lid = _add(presentation, "response_lid", ident=RESPONSE, rcardinality="Single")
    choices, feedback = _add(lid, "render_choice"), {}
    for number, answer in enumerate(question.answers, start=1):
        ident = f"{number}"
        _add_html(_add(choices, "response_label", ident=ident), answer.text)
        feedback[f"{ident}_fb"] = answer.feedback
        for shows in (f"{ident}_fb", None) if answer.right else (f"{ident}_fb",):
            _add(_add_rule(rules, shows), "varequal", ident, respident=RESPONSE)
    return feedback


def _add_rule(rules, shows=None):
    """Add what some answers lead to, a feedback or else the points; return the place for a test of them."""
    rule = _add(rules, "respcondition", **{"continue": "Yes" if shows else "No"})
    test = _add(rule, "conditionvar")
    if shows:
        _add(rule, "displayfeedback", feedbacktype="Response", linkrefid=shows)
    else:
        _add(rule, "setvar", "100", action="Set", varname="SCORE")
    return test


def _add_open(presentation, rules, question):
    """Add a field to write into, which answers are right, and one feedback for all that are wrong."""
    is_number = question.kind == "number"
    field = _add(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    field = _add(field, "render_fib", **({"fibtype": "Decimal"} if is_number else {}))
    _add(field, "response_label", ident="answer1")
    right = [answer for answer in question.answers if answer.right]
    test = None if is_number else _add_rule(rules)
    for answer in right:
        either = _add(_add_rule(rules), "or") if is_number else test
        _add(either, "varequal", answer.text, respident=RESPONSE)
        if is_number:
            both, value = _add(either, "and"), float(answer.text)
            _add(both, "vargte", written(value - question.tolerance), respident=RESPONSE)
            _add(both, "varlte", written(value + question.tolerance), respident=RESPONSE)
    wrong = {answer.feedback: answer.text for answer in reversed(question.answers) if not answer.right}
    listed = "".join(f"<li>{escape(text)}: {feedback}</li>" for feedback, text in reversed(wrong.items()))
    hint = f"<p>{question.hint}</p>" + (f"<ul>{listed}</ul>" if listed else "")
    return {"correct_fb": right[0].feedback, "general_incorrect_fb": hint}


def _as_bytes(root):
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
