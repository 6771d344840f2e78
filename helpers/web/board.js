// A board to draw a digit on: mouse, pen, finger or keyboard. Light on dark, as the images of MNIST, or dark on light.

export const SIDE = 280;
const CELLS = 28; // in each direction, as an image of MNIST has pixels
const PEN = 22; // as thick, for its board, as a stroke of MNIST
const STEP = 10; // of an arrow key
const FILLED = 20 / 28; // MNIST's digits fill 20 of 28 pixels
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
export const HELP = "Draw with a mouse, a pen or a finger. With the keyboard: the arrow keys move the pen, " +
  "Space puts it down or lifts it, Delete clears the board.";

// Move strokes to the middle, so that the longer side of the drawing fills as much as that of MNIST's digits.
export function fitted(strokes) {
  const [xs, ys] = [0, 1].map((axis) => strokes.flat().map((point) => point[axis]));
  const span = (values) => Math.max(...values) - Math.min(...values);
  const centre = (values) => (Math.max(...values) + Math.min(...values)) / 2;
  const factor = Math.min(3, (FILLED * SIDE) / (Math.max(span(xs), span(ys)) + PEN));
  const moved = ([x, y]) => [(x - centre(xs)) * factor + SIDE / 2, (y - centre(ys)) * factor + SIDE / 2];
  return strokes.map((stroke) => stroke.map(moved));
}

// Mean light of each of the 28 x 28 cells of a board: whole numbers 0..255, row by row.
export function cellMeans(rgba) {
  const cell = SIDE / CELLS, sums = new Float64Array(CELLS * CELLS);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) sums[Math.floor(y / cell) * CELLS + Math.floor(x / cell)] += rgba[4 * (y * SIDE + x)];
  }
  return Array.from(sums, (sum) => Math.round(sum / cell ** 2));
}

// `changed` is called after each stroke, `moved` while one is drawn and when all are gone, `said` with what a screen reader should say.
export class Board {
  constructor(canvas, { changed, said = () => {}, moved = () => {} }) {
    Object.assign(this, { canvas, changed, said, moved, strokes: [], dark: true });
    this.pen = { x: SIDE / 2, y: SIDE / 4, down: false };
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.end());
    canvas.addEventListener("keydown", (event) => this.key(event));
    for (const event of ["focus", "blur"]) canvas.addEventListener(event, () => this.paint());
    this.paint();
  }

  clear() {
    this.strokes = [];
    this.pen.down = false;
    this.paint();
    this.moved();
    this.said("The board is empty.");
  }

  position(event) {
    const place = this.canvas.getBoundingClientRect();
    return [((event.clientX - place.left) * SIDE) / place.width, ((event.clientY - place.top) * SIDE) / place.height];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.add([this.position(event)]);
  }

  move(event) {
    if (!this.drawing) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) this.strokes.at(-1).push(this.position(part));
    this.paint();
    this.moved();
  }

  end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.changed();
  }

  add(stroke) {
    this.strokes.push(stroke);
    this.paint();
    this.moved();
  }

  key(event) {
    const { pen } = this;
    if (event.key in ARROWS) {
      const [x, y] = ARROWS[event.key].map((direction, axis) => (axis ? pen.y : pen.x) + direction * STEP);
      [pen.x, pen.y] = [x, y].map((value) => Math.max(0, Math.min(SIDE, value)));
      if (pen.down) this.strokes.at(-1).push([pen.x, pen.y]);
      if (pen.down) this.moved();
    } else if (event.key === " ") {
      pen.down = !pen.down;
      if (pen.down) this.add([[pen.x, pen.y]]);
      else this.changed();
      this.said(pen.down ? "The pen is down: the arrow keys draw." : "The pen is up.");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // a notebook has keys of its own
    this.paint();
  }

  paint() {
    const context = this.canvas.getContext("2d");
    draw(context, this.strokes, this.dark);
    if (document.activeElement !== this.canvas) return;
    context.strokeStyle = this.pen.down ? "#E69F00" : "#56B4E9";
    context.lineWidth = 3;
    context.beginPath();
    context.arc(this.pen.x, this.pen.y, PEN / 2, 0, 2 * Math.PI);
    context.stroke();
  }

  // The drawing as MNIST would have it.
  image() {
    return picture(fitted(this.strokes), this.dark).canvas;
  }

  // The drawing as it is: 28 x 28 whole numbers 0..255.
  pixels() {
    return cellMeans(picture(this.strokes, this.dark).getImageData(0, 0, SIDE, SIDE).data);
  }
}

function picture(strokes, dark) {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  draw(context, strokes, dark);
  return context;
}

function draw(context, strokes, dark) {
  const [paper, ink] = dark ? ["#000", "#fff"] : ["#fff", "#000"];
  context.fillStyle = paper;
  context.fillRect(0, 0, SIDE, SIDE);
  Object.assign(context, { strokeStyle: ink, lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(...stroke[0]);
    for (const point of stroke) context.lineTo(...point);
    context.stroke();
  }
}
