// See inside: the maps of each layer, the kernel behind a map, and the sum behind one number of it.

import { Picker } from "./picker.js";
import { explain, fixed } from "./sum.js";

const MOST = 16; // maps of a layer that are shown at first
const ROW = 8;
const at = (id) => document.getElementById(id);

export class Inside {
  constructor(network) {
    Object.assign(this, { network, layers: [], kernels: new Map() });
    network.page.layers.forEach((facts, i) => this.layers.push(new Layer(facts, i, this)));
    at("layers").replaceChildren(...this.layers.map((layer) => layer.item));
    this.map = new Picker(at("map"), { chosen: () => this.work(), opened: () => {} });
    const { left_out: left, layers } = network.page;
    at("left-out").textContent = left ? `Layers that follow and are not shown here: ${left}.` : "";
  }

  // What the network saw, and what each layer made of it.
  async show(image, maps) {
    Object.assign(this, { image, maps });
    at("inside").hidden = !maps.length;
    this.draw();
    if (at("neuron").open) await this.drawMap();
  }

  draw() {
    if (this.maps) this.layers.forEach((layer, i) => layer.draw(this.maps[i]));
  }

  // Weights are large: they are fetched from the network's thread when somebody looks.
  async kernel(facts) {
    if (!facts.kernel) return null;
    if (!this.kernels.has(facts.kernel)) this.kernels.set(facts.kernel, await this.network.kernel(facts.kernel));
    return this.kernels.get(facts.kernel);
  }

  async open(number, channel) {
    Object.assign(this, { number, channel });
    const { facts } = this.layers[number];
    at("neuron-title").textContent = `Map ${channel + 1} of layer ${number + 1}. ${facts.says}`;
    at("map").setAttribute("aria-label", `Map ${channel + 1}: choose one of its pixels with the arrow keys`);
    const { dims, data } = this.maps[number];
    const values = Array.from({ length: dims[1] * dims[2] }, (_, i) => data[i * dims[3] + channel]);
    this.map.tile = values.indexOf(Math.max(...values)); // where the layer found most of what it looks for
    at("neuron").showModal();
    await this.drawMap();
    at("map").focus();
  }

  async drawMap() {
    const map = this.maps[this.number];
    paint(at("map"), map, [this.channel], 1, 0);
    const [, height, width] = map.dims;
    this.map.arrange(width, height * width, 1, 1);
    await this.work();
  }

  async work() {
    const { facts } = this.layers[this.number];
    const place = this.map.tile;
    const width = this.maps[this.number].dims[2];
    const pixel = { channel: this.channel, row: Math.floor(place / width), column: place % width };
    const source = facts.from === null ? null : facts.from < 0 ? this.image : this.maps[facts.from];
    const { title, parts } = explain(facts, source, await this.kernel(facts), this.maps[this.number], pixel);
    at("sum-title").textContent = title;
    at("sum").replaceChildren(...parts);
  }
}

class Layer {
  constructor(facts, number, inside) {
    Object.assign(this, { facts, number, inside, all: false });
    this.item = document.createElement("li");
    this.item.innerHTML = `<h3></h3><div class="maps"><canvas tabindex="0" role="application"></canvas><div class="mark"></div></div>
      <div class="behind"><canvas class="kernel" aria-hidden="true"></canvas><p></p></div><button type="button" hidden></button>`;
    const find = (what) => this.item.querySelector(what);
    Object.assign(this, { canvas: find("canvas"), kernel: find(".kernel"), words: find("p"), more: find("button") });
    this.picker = new Picker(this.canvas, {
      chosen: () => this.tell(),
      opened: () => inside.open(number, this.picker.tile),
    });
    this.more.addEventListener("click", () => {
      this.all = !this.all;
      inside.draw();
    });
  }

  draw(map) {
    this.map = map;
    const [, height, width, count] = map.dims;
    const shown = this.all ? count : Math.min(count, MOST);
    const room = this.item.clientWidth || 320;
    const columns = this.all ? Math.max(ROW, Math.floor(room / 48)) : Math.min(shown, ROW);
    paint(this.canvas, map, Array.from({ length: shown }, (_, i) => i), columns, 1);
    this.item.querySelector(".maps").style.width = `${columns * 88}px`; // or less: a phone may be turned
    this.picker.arrange(columns, shown, (width + 1) / width, (height + 1) / height);
    const [title] = this.item.children;
    title.textContent = this.facts.says;
    this.canvas.setAttribute(
      "aria-label",
      `Layer ${this.number + 1}, ${this.facts.says}: ${shown} maps of ${height} x ${width}. The arrow keys choose a map, Enter shows how its numbers are worked out.`,
    );
    this.more.hidden = count <= MOST;
    this.more.textContent = this.all ? `Show the first ${MOST} maps` : `Show all ${count} maps`;
    if (this.words.textContent) this.tell(false);
    else this.words.textContent = `${count} ${count === 1 ? "map" : "maps"} of ${height} x ${width}`;
  }

  async tell(aloud = true) {
    const channel = this.picker.tile;
    const { dims, data } = this.map;
    let [low, high] = [Infinity, -Infinity];
    for (let i = channel; i < data.length; i += dims[3]) [low, high] = [Math.min(low, data[i]), Math.max(high, data[i])];
    const weights = await this.inside.kernel(this.facts);
    let words = `Map ${channel + 1} of ${dims[3]}: from ${fixed(low)} to ${fixed(high)}`;
    if (weights) {
      const [, channels, height, width] = weights.dims;
      words += `; its kernel has ${height} x ${width} weights${channels > 1 ? ` for each of ${channels} channels` : ""}`;
      if (channels > 16) words += ", of which 16 are shown";
      paintKernel(this.kernel, weights, channel);
    }
    this.words.textContent = words;
    if (aloud) at("told").textContent = `${words}.`;
  }
}

// The colours of values from -255 to 255: orange above zero, blue below; grey where nothing is negative.
const SIGNED = palette((share) => {
  const ends = share > 0 ? [230, 159, 0] : [0, 114, 178];
  return ends.map((end) => 255 + (end - 255) * Math.abs(share));
});
const GREY = palette((share) => [255 * share, 255 * share, 255 * share]);

function palette(colour) {
  const colours = Array.from({ length: 511 }, (_, i) => [...colour((i - 255) / 255), 255]);
  return new Uint32Array(Uint8Array.from(colours.flat()).buffer);
}

// Tile maps of one layer: the same value has the same brightness in all of them.
function paint(canvas, { dims, data }, channels, columns, gap) {
  const [, height, width, count] = dims;
  let [low, high] = [0, 1e-9];
  for (const value of data) [low, high] = [value < low ? value : low, value > high ? value : high];
  const [colours, scale] = [low < 0 ? SIGNED : GREY, 255 / Math.max(high, -low)];
  canvas.width = columns * (width + gap) - gap;
  canvas.height = Math.ceil(channels.length / columns) * (height + gap) - gap;
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  channels.forEach((channel, tile) => {
    const corner = Math.floor(tile / columns) * (height + gap) * canvas.width + (tile % columns) * (width + gap);
    for (let i = 0; i < height * width; i++) {
      const place = corner + Math.floor(i / width) * canvas.width + (i % width);
      pixels[place] = colours[255 + Math.round(data[i * count + channel] * scale)];
    }
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function paintKernel(canvas, { dims, data }, filter) {
  const [, channels, height, width] = dims;
  const shown = Math.min(16, channels);
  const start = filter * channels * height * width;
  const weights = data.subarray(start, start + shown * height * width);
  const tiles = new Float32Array(weights.length); // the maps' order: row, column, channel
  for (let c = 0; c < shown; c++) {
    for (let i = 0; i < height * width; i++) tiles[i * shown + c] = weights[c * height * width + i];
  }
  paint(canvas, { dims: [1, height, width, shown], data: tiles }, Array.from(Array(shown).keys()), shown, 1);
  canvas.style.width = `${canvas.width * 10}px`;
}
