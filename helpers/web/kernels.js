// Kernels on a grey photo: chosen or typed, the whole image or one pixel after the other.

import { captioned, graysOf, grid, paint, pixelsOf } from "./images.js";
import { convolve, grayOf, padded, windowOf } from "./maths.js";
import { element, explorer, fixed, Problem, short } from "./ui.js";

const OWN = "your own", WHOLE = "whole image", STEP = "one pixel at a time", LONGEST = 640;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

async function render({ model, el }) {
  const data = model.get("data"), kernels = Object.fromEntries(data.kernels), names = Object.keys(kernels);
  const ui = explorer(el, draw);
  const name = ui.choice("kernel", [...names, OWN]), numbers = ui.textArea("its numbers", kernels[names[0]], "One row per line.");
  const show = ui.choice("show", [WHOLE, STEP]), pixel = ui.slider("pixel", 1, 1, 16, 1, "Which pixel of the result.");
  const padding = ui.choice("padding", ["valid", "same"], "With \"same\", zeros are put around the image.");
  ui.file("your photo", "It stays on your computer.", take);
  let image = null;

  name.addEventListener("input", () => { if (name.value !== OWN) numbers.value = kernels[name.value]; });
  numbers.addEventListener("input", () => { name.value = nameOf(numbers.value, kernels); });
  async function take(source) {
    const found = await pixelsOf(source, LONGEST);
    image = { ...found, data: grayOf(found.data) };
    ui.redraw();
  }
  await take(data.photo);

  function draw() {
    if (!image) return;
    const kernel = readKernel(numbers.value);
    if (kernel.length > image.height || kernel[0].length > image.width) throw new Problem("The kernel is larger than the image.");
    pixel.shown = show.value === STEP;
    if (show.value === WHOLE) drawWhole(ui, image, kernel, name.value, padding.value);
    else drawStep(ui, image, kernel, pixel.value - 1, padding.value);
  }
  return ui.close;
}

// Photo, kernel and result; 0 is middle grey if the weights add up to 0, else black.
function drawWhole(ui, image, kernel, name, padding) {
  const result = convolve(image, kernel, padding), total = kernel.flat().reduce((sum, weight) => sum + weight);
  const low = Math.abs(total) < 0.5 ? -255 : 0, size = ({ height, width }) => `${height} × ${width}`;
  ui.picture.replaceChildren();
  const row = element("div", ui.picture, { class: "row" });
  image.figure ??= photoFigure(image, `photo, ${size(image)}`); // drawn once: a photo has many pixels
  row.append(image.figure);
  if (Math.max(kernel.length, kernel[0].length) > 3) captioned(row, `kernel, ${kernel.length} × ${kernel[0].length}`);
  else grid(row, "kernel", kernel, { kind: () => "known" });
  const shades = low < 0 ? ": dark < 0, grey = 0, light > 0" : "";
  paint(captioned(row, `${name}, ${size(result)}${shades}`, "wide"), graysOf(result.data, low, 255), result.width, result.height);
  let [least, most] = [Infinity, -Infinity];
  for (const value of result.data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const range = `from ${fixed(least, 0)} to ${fixed(most, 0)}`;
  ui.say(`The result: ${size(result)} numbers ${range}.`, `A grey photo beside the output of the kernel '${name}', which ranges ${range}.`);
}

function photoFigure(image, caption) {
  const figure = captioned(document.createElement("div"), caption, "wide");
  paint(figure, graysOf(image.data, 0, 255), image.width, image.height);
  return figure;
}

// One step in a cut-out of the photo at its strongest edge (a sky is dull): all that one number comes from.
function drawStep(ui, image, kernel, at, padding) {
  if (kernel.length !== 3 || kernel[0].length !== 3) throw new Problem(`"${STEP}" works only with kernels of 3 rows and 3 columns. Choose "${WHOLE}".`);
  const zeros = padding === "same" ? 1 : 0, side = 6 - 2 * zeros, [top, left] = strongestEdge(image, side);
  const cutout = padded(windowOf(image, top, left, side, side), zeros), input = { data: cutout.flat(), width: 6, height: 6 };
  const output = windowOf(convolve(input, kernel, "valid"), 0, 0, 4, 4), [row, column] = [at >> 2, at % 4];
  const inWindow = (y, x) => y >= row && y < row + 3 && x >= column && x < column + 3;
  const isBorder = (y, x) => zeros && (y % 5 === 0 || x % 5 === 0);
  ui.picture.replaceChildren();
  const tables = element("div", ui.picture, { class: "row" }), sign = (text) => element("span", tables, { class: "sign" }, text);
  grid(tables, "Input", cutout, { kind: (y, x) => (inWindow(y, x) ? "window" : isBorder(y, x) ? "known" : "") });
  sign("∗");
  grid(tables, "Kernel", kernel, { kind: () => "known" });
  sign("=");
  grid(tables, "Output", output, { cell: 42, kind: (y, x) => (4 * y + x === at ? "window" : 4 * y + x < at ? "done" : "later") });
  const products = kernel.map((weights, r) => weights.map((weight, c) => `${short(cutout[row + r][column + c])}·${weight < 0 ? `(${short(weight)})` : short(weight)}`).join(" + "));
  for (const line of products) element("p", ui.picture, { class: "products" }, line === products[0] ? line : `+ ${line}`);
  const sum = short(output[row][column], Math.abs(output[row][column]) < 10 ? 2 : 0);
  ui.picture.lastChild.textContent += `  =  ${sum}`;
  const place = `A cut-out of the photo from row ${top}, column ${left}${zeros ? ", with zeros around it" : ""}.`;
  ui.say(`Row ${row}, column ${column} of the output: nine products add up to ${sum}.`, `${place} ${products.join(" + ")} = ${sum}.`);
}

function strongestEdge(image, side) {
  const edges = convolve(image, [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], "valid");
  let best = 0;
  edges.data.forEach((value, i) => { if (Math.abs(value) > Math.abs(edges.data[best])) best = i; });
  const inside = (place, length) => Math.min(Math.max(0, place - 1), length - side);
  return [inside(Math.floor(best / edges.width), image.height), inside(best % edges.width, image.width)];
}

// Read a kernel that somebody has typed, as rows of numbers like "0 -1 0; -1 5 -1; 0 -1 0" or a list.
export function readKernel(text) {
  const lines = text.replace(/[\];]/g, "\n").replaceAll("[", " ").replaceAll("\u2212", "-").split("\n");
  const rows = lines.map((line) => line.split(/[\s,]+/).filter(Boolean).map(readNumber)).filter((row) => row.length);
  if (!rows.length) throw new Problem("A kernel needs numbers, such as 0 -1 0; -1 5 -1; 0 -1 0.");
  const lengths = rows.map((row) => row.length);
  if (new Set(lengths).size > 1)
    throw new Problem(`Every row needs the same number of entries; yours have ${lengths.join(", ")}. Is a space or a comma missing?`);
  if (rows.length % 2 === 0 || lengths[0] % 2 === 0)
    throw new Problem(`A kernel needs an odd number of rows and columns; yours has ${rows.length} rows of ${lengths[0]}. 3 rows of 3 numbers are usual.`);
  return rows;
}

function readNumber(word) {
  const parts = word.split("/"), [above, below = 1] = parts.map((part) => (NUMBER.test(part) ? Number(part) : NaN));
  if (parts.length > 2 || !Number.isFinite(above / below))
    throw new Problem(`"${word}" is not a number. Write numbers like 2, -1, 0.5 or 1/9, with a space or a comma between them.`);
  return above / below;
}

function nameOf(text, kernels) {
  const rows = (source) => { try { return String(readKernel(source)); } catch { return null; } };
  return Object.keys(kernels).find((name) => rows(kernels[name]) === rows(text)) ?? OWN;
}

export default { render };
