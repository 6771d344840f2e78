// Exercises that are data, with the verdicts of helpers/exercises/statements.py, word for word.

import { element } from "../web/ui.js";

// Judge the answers, texts in the order of the exercise: what a learner reads begins with ✓, ✗ or …
export function verdict(exercise, answers) {
  const entries = exercise.statements ?? exercise.numbers;
  if (answers.some((answer) => ["", "..."].includes(answer.trim()))) return "… Not yet: answer all of it, then check again.";
  const judge = exercise.statements ? statementMistake : numbersMistake;
  const mistake = entries.map((entry, i) => () => judge(entry, answers[i])).reduce((found, next) => found ?? next(), null);
  return mistake ? `✗ ${mistake}` : `✓ ${exercise.praise}`;
}

function statementMistake({ text, answer, feedback }, given) {
  return given === String(answer) ? null : `${quoted(text)}: ${feedback}`;
}

const quoted = (text) => (text.includes("'") ? `"${text}"` : `'${text}'`);

function numbersMistake({ name, answer, hint, near }, text) {
  const given = numbersIn(text);
  if (!given) return `${name} is ${text}: write numbers in brackets, such as (3, 4).`;
  if (given.length === 1 && !text.includes(",")) return `${name} is ${text}: the exercise asks for several numbers.`;
  if (agree(given, answer)) return null;
  const known = near.find((miss) => agree(given, miss.answer));
  return known ? known.feedback : `${name} is not (${given.join(", ")}): ${hint}`;
}

// Read "(3, 4)", "[3, 4]" or "3, 4"; of a batch's shape, None is left out. null if it is something else.
function numbersIn(text) {
  const inside = text.trim().replace(/^[([]/, "").replace(/[)\]]$/, "").replace(/^None\s*,/, "").replace(/,\s*$/, "");
  const parts = inside.split(",").map((part) => part.trim());
  return parts.every((part) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(part)) ? parts.map(Number) : null;
}

function agree(given, wanted) {
  return given.length === wanted.length && wanted.every((value, i) => value === "*" || given[i] === value);
}

// Lay out an exercise: its fields, a button, and a line for the verdict.
export function show(place, exercise) {
  const form = element("form", place, { class: "exercise" });
  const fields = (exercise.statements ?? exercise.numbers).map((entry) => field(form, exercise, entry));
  element("button", form, {}, "Check");
  const said = element("p", form, { class: "verdict", role: "status" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    said.textContent = "";
    requestAnimationFrame(() => (said.textContent = verdict(exercise, fields.map((one) => one.value)))); // read aloud anew
  });
}

function field(form, exercise, entry) {
  const label = element("label", form);
  element("span", label, {}, entry.text ?? entry.name);
  if (exercise.numbers) return element("input", label, { type: "text", autocomplete: "off", spellcheck: "false", placeholder: "..." });
  const choices = [...new Set(exercise.statements.map(({ answer }) => String(answer)))].sort().reverse();
  const select = element("select", label);
  for (const choice of ["...", ...choices]) element("option", select, { value: choice }, named(choice));
  return select;
}

const named = (choice) => ({ true: "True", false: "False" })[choice] ?? choice;
