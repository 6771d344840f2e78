// Images and tables of numbers, as explorers show them.

import { drawing, element, Problem, shape, short } from "./ui.js";

// Pixels of an address or a chosen file: { data: RGBA row by row, width, height }; a larger one is made smaller.
export async function pixelsOf(source, longest = Infinity) {
  const image = new Image(), address = typeof source === "string" ? source : URL.createObjectURL(source);
  image.src = address;
  try {
    await image.decode();
  } catch {
    throw new Problem("The browser cannot read this file as an image. Choose a photo, a JPEG or PNG file.");
  }
  const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, Math.round(scale * side)));
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white"; // what is transparent lies on white
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  if (address !== source) URL.revokeObjectURL(address);
  return { data: context.getImageData(0, 0, width, height).data, width, height };
}

// Numbers as greys: `low` becomes black, `high` white.
export function graysOf(numbers, low, high) {
  const pixels = new Uint32Array(numbers.length), scale = 255 / (high - low); // four bytes at once
  for (let i = 0; i < numbers.length; i++)
    pixels[i] = 0xff000000 | (Math.min(255, Math.max(0, (numbers[i] - low) * scale + 0.5)) | 0) * 0x010101;
  return new Uint8ClampedArray(pixels.buffer);
}

export function captioned(parent, caption, kind = "") {
  const figure = element("figure", parent, { class: kind });
  element("figcaption", figure, {}, caption);
  return figure;
}

// A canvas of these colours (RGBA), as wide as its place.
export function paint(parent, rgba, width, height, kind = "") {
  const canvas = element("canvas", parent, { width, height, class: kind });
  canvas.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas;
}

// A table of numbers in cells under a caption. `kind(row, column)` names the class of a cell: "window", "known",
// "later" (its number is not shown) ...; `gray(number)` fills it with a grey of 0 to 255 instead.
export function grid(parent, caption, rows, { cell = 38, kind = () => "", gray = null } = {}) {
  const figure = captioned(parent, caption, "table"), svg = drawing(figure, cell * rows[0].length + 2, cell * rows.length + 2);
  rows.forEach((row, y) => row.forEach((value, x) => {
    const place = { x: 1 + x * cell, y: 1 + y * cell, width: cell, height: cell, class: `cell ${kind(y, x)}` };
    const box = shape("rect", svg, place), level = gray?.(value);
    if (gray) box.style.fill = `rgb(${level}, ${level}, ${level})`;
    if (kind(y, x) === "later") return;
    const text = shape("text", svg, { x: 1 + (x + 0.5) * cell, y: 1 + (y + 0.5) * cell }, short(value, Math.abs(value) < 10 ? 2 : 0));
    if (gray) text.style.fill = level > 117 ? "black" : "white"; // a contrast of 4.5 at least
  }));
  return svg;
}
