// Choose one of many tiles on a canvas: by pointing, or with the arrow keys; a click or Enter opens it.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Picker {
  constructor(canvas, { chosen, opened }) {
    Object.assign(this, { canvas, chosen, opened, tile: 0, columns: 1, count: 1 });
    this.mark = canvas.nextElementSibling;
    this.mark.hidden = true;
    canvas.addEventListener("pointermove", (event) => this.choose(this.under(event)));
    canvas.addEventListener("click", (event) => {
      this.choose(this.under(event));
      this.opened();
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("focus", () => this.choose(this.tile, true));
  }

  // `wide` and `high`: how many tiles long a tile is with the gap behind it, which the last one lacks.
  arrange(columns, count, wide, high) {
    Object.assign(this, { columns, count, wide, high, rows: Math.ceil(count / columns) });
    this.tile = Math.min(this.tile, count - 1);
    if (!this.mark.hidden) this.outline();
  }

  under(event) {
    const place = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - place.left) / place.width) * this.columns);
    const row = Math.floor(((event.clientY - place.top) / place.height) * this.rows);
    return Math.max(0, row) * this.columns + Math.max(0, Math.min(this.columns - 1, column));
  }

  choose(tile, again = false) {
    if (tile < 0 || tile >= this.count || (tile === this.tile && !again && !this.mark.hidden)) return;
    this.tile = tile;
    this.outline();
    this.chosen();
  }

  outline() {
    this.mark.hidden = false;
    const [across, down] = [this.columns * this.wide - this.wide + 1, this.rows * this.high - this.high + 1];
    const [column, row] = [this.tile % this.columns, Math.floor(this.tile / this.columns)];
    const percent = (share) => `${100 * share}%`;
    Object.assign(this.mark.style, {
      left: percent((column * this.wide) / across), top: percent((row * this.high) / down),
      width: percent(1 / across), height: percent(1 / down),
    });
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") {
      this.opened();
    } else if (event.key in ARROWS) {
      const [right, down] = ARROWS[event.key];
      const column = (this.tile % this.columns) + right;
      if (column >= 0 && column < this.columns) this.choose(this.tile + right + down * this.columns);
    } else {
      return;
    }
    event.preventDefault();
  }
}
