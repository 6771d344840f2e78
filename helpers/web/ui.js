// What every explorer is made of: controls with names, a picture, and a sentence that says what is seen.
// Lines and letters are SVG, in pixels of the screen and in the colours of explorer.css; photos are canvases.

const SVG = "http://www.w3.org/2000/svg";
const CONTROLS = new Set(["input", "select", "textarea", "button", "canvas"]);

// What cannot be drawn, in words for the learner.
export class Problem extends Error {}

export function element(tag, parent, attributes = {}, text = "") {
  const made = filled(document.createElement(tag), parent, attributes, text);
  // JupyterLab would take keys, such as the arrows, for its own: it asks the focused element first.
  if (CONTROLS.has(tag)) made.dataset.lmSuppressShortcuts = "true";
  return made;
}

// An element of SVG: shape("circle", picture, { cx: 10, cy: 10, r: 5, class: "blue" }).
export function shape(tag, parent, attributes = {}, text = "") {
  return filled(document.createElementNS(SVG, tag), parent, attributes, text);
}

function filled(made, parent, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  parent.append(made);
  return made;
}

export function drawing(parent, width, height) {
  return shape("svg", parent, { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
}

export function arrow(parent, x, y, toX, toY) {
  const length = Math.hypot(toX - x, toY - y), [u, v] = [(toX - x) / length, (toY - y) / length];
  const [baseX, baseY] = [toX - 9 * u, toY - 9 * v];
  shape("line", parent, { x1: x, y1: y, x2: baseX, y2: baseY, class: "line" });
  const corners = [[toX, toY], [baseX - 4 * v, baseY + 4 * u], [baseX + 4 * v, baseY - 4 * u]];
  shape("polygon", parent, { points: corners.join(" "), class: "arrowhead" });
}

// A number with a fixed count of decimals, or with as few as it needs; a minus is as wide as a plus.
export const fixed = (number, decimals) => minus((Number(number.toFixed(decimals)) + 0).toFixed(decimals));
export const short = (number, decimals = 2) => minus(Number(number.toFixed(decimals)) + 0);
export const significant = (number) => minus(number.toLocaleString("en-GB", { maximumSignificantDigits: 3 }));
// A probability, without calling what is nearly certain certain (helpers/plotting/style.py).
export const percent = (share) => (share >= 0.9995 && share < 1 ? ">99.9%" : `${(100 * share).toFixed(1)}%`);
const minus = (text) => String(text).replace("-", "\u2212");

// Lay out an explorer in `el`. `draw(width)` reads the controls, fills `picture` and calls `say`; it is called
// again, once a frame at most, when a control or the width changes.
export function explorer(el, draw) {
  const root = element("div", el, { class: "course-explorer" });
  const panel = element("div", root, { class: "panel" });
  const sentence = element("p", root, { class: "sentence", role: "status" });
  const picture = element("div", root, { class: "picture" });
  let asked = null;
  let refused = null; // what was wrong with a file, until something else is chosen

  function redraw() {
    asked ??= requestAnimationFrame(() => {
      asked = null;
      try {
        sentence.classList.remove("problem");
        draw(picture.clientWidth);
        if (refused) throw refused;
      } catch (problem) {
        complain(problem);
      }
    });
  }

  function changed() {
    refused = null;
    redraw();
  }

  function complain(problem) {
    if (!(problem instanceof Problem)) throw problem;
    sentence.classList.add("problem");
    sentence.textContent = `✗ ${problem.message} The picture has not changed.`;
  }

  // The sentence is seen and read aloud; `alt` describes the picture to those who do not see it.
  function say(text, alt = text) {
    if (sentence.textContent !== text) sentence.textContent = text;
    picture.setAttribute("role", "img"); // not before it shows something that can be described
    picture.setAttribute("aria-label", alt);
  }

  function control(tag, name, hint, attributes = {}, kind = "") {
    const label = element("label", panel, { class: `control ${kind}`, title: hint });
    element("span", label, {}, name);
    const field = element(tag, label, { ...attributes, "aria-label": name });
    field.addEventListener("input", changed);
    return field;
  }

  // A slider with a number field beside it; `value` is always one of its steps.
  function slider(name, value, min, max, step = 1, hint = "") {
    const range = control("input", name, hint, { type: "range", min, max, step, value }, "slider");
    const numbers = { type: "number", min, max, step, value, "aria-label": name };
    const field = element("input", range.parentElement, numbers);
    range.addEventListener("input", () => (field.value = range.value));
    field.addEventListener("change", () => {
      if (field.value !== "") range.value = field.value;
      field.value = range.value;
      changed();
    });
    return {
      get value() { return range.valueAsNumber; },
      set value(number) { range.value = number; field.value = range.value; redraw(); },
      set shown(whether) { range.parentElement.hidden = !whether; },
    };
  }

  // A list to choose from, of texts.
  function choice(name, options, hint = "") {
    const field = control("select", name, hint);
    for (const option of options) element("option", field, { value: option }, option);
    return field;
  }

  function tick(name, checked, hint = "") {
    const field = control("input", name, hint, { type: "checkbox" }, "tick");
    field.checked = checked;
    return field;
  }

  // Some lines of text, read when one leaves the field or stops typing.
  function textArea(name, value, hint = "") {
    const field = control("textarea", name, hint, { rows: 3, spellcheck: "false" });
    field.value = value;
    return field;
  }

  // A file of the learner's, which goes to `take` and nowhere else.
  function file(name, hint, take) {
    const field = control("input", name, hint, { type: "file", accept: "image/*" });
    field.addEventListener("change", () => field.files.length && take(field.files[0]).then(changed, refuse));
  }

  function refuse(problem) {
    refused = problem;
    redraw(); // not complain(): the next frame, because the width changed, would wipe the words out
  }

  // A button; its value is how often it was pressed.
  function button(name, hint = "") {
    const made = element("button", panel, { type: "button", title: hint }, name), state = { value: 0 };
    made.addEventListener("click", () => { state.value += 1; changed(); });
    return state;
  }

  const watcher = new ResizeObserver(redraw);
  watcher.observe(picture);
  redraw();
  const close = () => watcher.disconnect();
  return { panel, picture, say, redraw, slider, choice, tick, textArea, file, button, close };
}
