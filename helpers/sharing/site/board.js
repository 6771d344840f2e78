// A board to draw a digit on: mouse, pen, finger or keyboard. Light on dark, as the images of MNIST.

const SIDE = 280;
const PEN = 22; // as thick, for its board, as a stroke of MNIST
const STEP = 10; // of an arrow key
const FILLED = 20 / 28; // MNIST's digits fill 20 of 28 pixels
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Board {
  constructor(canvas, { changed, said }) {
    Object.assign(this, { canvas, changed, said });
    this.pen = { x: SIDE / 2, y: SIDE / 4, down: false };
    this.strokes = [];
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
    this.said("The board is empty.");
  }

  position(event) {
    const place = this.canvas.getBoundingClientRect();
    return [((event.clientX - place.left) * SIDE) / place.width, ((event.clientY - place.top) * SIDE) / place.height];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.strokes.push([this.position(event)]);
    this.paint();
  }

  move(event) {
    if (!this.drawing) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) this.strokes.at(-1).push(this.position(part));
    this.paint();
  }

  end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.changed();
  }

  key(event) {
    const { pen } = this;
    if (event.key in ARROWS) {
      const [dx, dy] = ARROWS[event.key];
      pen.x = Math.max(0, Math.min(SIDE, pen.x + dx * STEP));
      pen.y = Math.max(0, Math.min(SIDE, pen.y + dy * STEP));
      if (pen.down) this.strokes.at(-1).push([pen.x, pen.y]);
    } else if (event.key === " ") {
      pen.down = !pen.down;
      if (pen.down) this.strokes.push([[pen.x, pen.y]]);
      else this.changed();
      this.said(pen.down ? "The pen is down: the arrow keys draw." : "The pen is up.");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    this.paint();
  }

  paint() {
    const context = this.canvas.getContext("2d");
    drawStrokes(context, this.strokes);
    if (document.activeElement !== this.canvas) return;
    context.strokeStyle = this.pen.down ? "#E69F00" : "#56B4E9";
    context.lineWidth = 3;
    context.beginPath();
    context.arc(this.pen.x, this.pen.y, PEN / 2, 0, 2 * Math.PI);
    context.stroke();
  }

  // The drawing as MNIST would have it: moved to the middle, its longer side at 20 of 28 pixels.
  image() {
    const [xs, ys] = [0, 1].map((axis) => this.strokes.flat().map((point) => point[axis]));
    const span = (values) => Math.max(...values) - Math.min(...values);
    const centre = (values) => (Math.max(...values) + Math.min(...values)) / 2;
    const size = Math.max(span(xs), span(ys)) + PEN;
    const scale = Math.min(3, (FILLED * SIDE) / size);
    const moved = this.strokes.map((stroke) =>
      stroke.map(([x, y]) => [(x - centre(xs)) * scale + SIDE / 2, (y - centre(ys)) * scale + SIDE / 2]),
    );
    const canvas = new OffscreenCanvas(SIDE, SIDE);
    drawStrokes(canvas.getContext("2d"), moved);
    return canvas;
  }
}

function drawStrokes(context, strokes) {
  context.fillStyle = "#000";
  context.fillRect(0, 0, SIDE, SIDE);
  Object.assign(context, { strokeStyle: "#fff", lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(...stroke[0]);
    for (const point of stroke) context.lineTo(...point);
    context.stroke();
  }
}
