// The pixels of a photo: a window of it enlarged, and the numbers of its three channels.

import { captioned, graysOf, grid, paint, pixelsOf } from "./images.js";
import { element, explorer, short } from "./ui.js";

const CHANNELS = ["Red", "Green", "Blue"];
const MOST_NUMBERS = 6; // pixels side by side whose numbers can be read

async function render({ model, el }) {
  const { photo: address, scale } = model.get("data"), image = await pixelsOf(address), photo = photoWithFrame(image, choose);
  const side = Math.min(64, image.height, image.width), size0 = Math.min(MOST_NUMBERS, side);
  const ui = explorer(el, draw);
  const row = ui.slider("row", Math.floor(image.height / 3), 0, image.height - 1, 1, "The window's first row, counted from 0.");
  const column = ui.slider("column", Math.floor(image.width / 3), 0, image.width - 1, 1, "Its first column, counted from 0.");
  const size = ui.slider("window size", size0, 1, side, 1, `Up to ${MOST_NUMBERS} pixels, the numbers are shown.`);

  // A window around a point of the photo, in shares of its width and height.
  function choose(x, y) {
    row.value = Math.round(y * image.height - size.value / 2);
    column.value = Math.round(x * image.width - size.value / 2);
  }

  function draw() {
    const n = size.value, top = Math.min(row.value, image.height - n), left = Math.min(column.value, image.width - n);
    const colours = cut(image, top, left, n);
    ui.picture.replaceChildren();
    const above = element("div", ui.picture, { class: "row" });
    above.append(photo.figure);
    photo.frame(top, left, n);
    paint(captioned(above, `${n} × ${n} pixels, enlarged`, "wide square"), Uint8ClampedArray.from(colours), n, n, "pixelated");
    const below = element("div", ui.picture, { class: "row" });
    CHANNELS.forEach((name, channel) => drawChannel(below, name, colours.filter((_, i) => i % 4 === channel), n, scale));
    const first = CHANNELS.map((name, channel) => `${name.toLowerCase()} ${short(colours[channel] * scale, 3)}`).join(", ");
    ui.say(`The window begins with the pixel in row ${top}, column ${left}: ${first}.`,
      `An image; a window of ${n} x ${n} pixels from row ${top}, column ${left}, enlarged; its three channels.`);
  }
  return ui.close;
}

function cut(image, top, left, n) {
  const rows = Array.from({ length: n }, (_, y) => 4 * ((top + y) * image.width + left));
  return rows.flatMap((from) => [...image.data.slice(from, from + 4 * n)]);
}

// One channel of the window: numbers on greys while they can be read, then greys alone.
function drawChannel(parent, name, values, n, scale) {
  if (n > MOST_NUMBERS) return paint(captioned(parent, name, `channel ${name.toLowerCase()}`), graysOf(values, 0, 255), n, n, "pixelated");
  const rows = Array.from({ length: n }, (_, y) => values.slice(y * n, (y + 1) * n).map((value) => value * scale));
  const svg = grid(parent, name, rows, { cell: Math.min(60, 216 / n), gray: (value) => Math.round(value / scale) });
  svg.parentElement.classList.add("channel", name.toLowerCase());
  return svg;
}

// The photo, drawn once, and a frame around the window; around a tiny one it is larger, or nobody would see it.
function photoWithFrame(image, choose) {
  const figure = captioned(document.createElement("div"), "Image", "wide"), place = element("div", figure, { class: "framed" });
  const canvas = paint(place, image.data, image.width, image.height), box = element("div", place, { class: "frame" });
  canvas.addEventListener("pointerdown", (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    choose((event.clientX - left) / width, (event.clientY - top) / height);
  });
  function frame(top, left, n) {
    const side = Math.max(n, image.width / 24), percent = (pixels, length) => `${(100 * pixels) / length}%`;
    box.style.left = percent(left + (n - side) / 2, image.width);
    box.style.top = percent(top + (n - side) / 2, image.height);
    box.style.width = percent(side, image.width);
    box.style.height = percent(side, image.height);
  }
  return { figure, frame };
}

export default { render };
