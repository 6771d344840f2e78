// The arithmetic of the explorers: functions on numbers and arrays, without a page around them.
// tests/test_explorers_js.py compares each with what the course computes in Python.

export const ACTIVATIONS = {
  ReLU: (z) => Math.max(z, 0),
  linear: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
};

// What a neuron adds up: each input times its weight, and the bias.
export function weightedSum(inputs, weights, bias) {
  return inputs.reduce((sum, input, i) => sum + input * weights[i], bias);
}

// Grey of an image in RGBA, as people see brightness (BT.601); rounded as Pillow rounds it.
export function grayOf(rgba) {
  const gray = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < gray.length; i++)
    gray[i] = (rgba[4 * i] * 19595 + rgba[4 * i + 1] * 38470 + rgba[4 * i + 2] * 7471 + 0x8000) >> 16;
  return gray;
}

// Slide a kernel (rows of weights) over a grey image, multiply number by number and add, as Keras's Conv2D does.
// With the padding "same" there are zeros around the image, and the result is as large as the image.
export function convolve(image, kernel, padding) {
  const [rows, columns] = [kernel.length, kernel[0].length];
  const [above, left] = padding === "same" ? [rows >> 1, columns >> 1] : [0, 0];
  const height = image.height + 2 * above - rows + 1, width = image.width + 2 * left - columns + 1;
  const data = new Float64Array(width * height), source = image.data;
  for (let y = 0; y < height; y++) { // row by row: what is added up stays in the processor's cache
    for (let r = Math.max(0, above - y); r < Math.min(rows, image.height + above - y); r++) {
      for (let c = 0; c < columns; c++) {
        if (kernel[r][c] === 0) continue;
        const weight = kernel[r][c], from = (y + r - above) * image.width + c - left, to = y * width;
        const end = Math.min(width, image.width + left - c);
        for (let x = Math.max(0, left - c); x < end; x++) data[to + x] += weight * source[from + x];
      }
    }
  }
  return { data, width, height };
}

// A part of an image as rows of numbers.
export function windowOf(image, top, left, height, width) {
  const row = (y) => Array.from(image.data.slice((top + y) * image.width + left, (top + y) * image.width + left + width));
  return Array.from({ length: height }, (_, y) => row(y));
}

export function padded(rows, zeros) {
  const empty = new Array(rows[0].length + 2 * zeros).fill(0), edge = new Array(zeros).fill(0);
  const frame = Array.from({ length: zeros }, () => [...empty]);
  return [...frame, ...rows.map((row) => [...edge, ...row, ...edge]), ...frame];
}

// The windows of a pooling layer lie side by side; rows and columns left over at the border are dropped.
export function pool(rows, size, kind) {
  const [height, width] = [Math.floor(rows.length / size), Math.floor(rows[0].length / size)];
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => {
    const values = rows.slice(y * size, (y + 1) * size).flatMap((row) => row.slice(x * size, (x + 1) * size));
    return kind === "maximum" ? Math.max(...values) : values.reduce((sum, value) => sum + value) / values.length;
  }));
}

// Probabilities from weighted sums, which are divided by the temperature first.
export function softmax(sums, temperature = 1) {
  const largest = Math.max(...sums), powers = sums.map((sum) => Math.exp((sum - largest) / temperature));
  const total = powers.reduce((sum, power) => sum + power);
  return powers.map((power) => power / total);
}

// The weights of gradient descent on the loss J(w) = (1 - w)², the first one included.
export function descend(rate, start, steps) {
  const weights = [start];
  for (let step = 0; step < steps; step++) weights.push(weights[step] + rate * 2 * (1 - weights[step]));
  return weights;
}

// In two words: how the way to the lowest point went.
export function verdictOf(weights) {
  const [first, last] = [weights[0], weights.at(-1)].map((weight) => Math.abs(1 - weight));
  if (last > first * 1.001) return "diverges";
  if (last < 0.05 * Math.max(first, 0.01)) return "converges";
  return (weights[1] - 1) * (weights[0] - 1) < 0 ? "oscillates" : "too slow";
}

// Judge a training run by its validation loss alone. Single epochs go up and down by chance.
export function judge(losses) {
  const least = (values) => Math.min(...values.filter(Number.isFinite));
  const now = losses.at(-1), lowest = least(losses), lastThree = least(losses.slice(-3));
  const since = losses.indexOf(lowest) + 1;
  if (!Number.isFinite(now)) return "The loss is no longer a number: training has diverged. Try a smaller learning rate.";
  if (lastThree > 1.03 * lowest) return `Validation loss has risen since epoch ${since}: overfitting.`;
  if (now > 1.03 * lowest) return "Validation loss rose. Chance, or overfitting? More epochs will tell.";
  const falls = losses.length < 4 || lastThree < 0.99 * least(losses.slice(0, -3));
  if (now <= 1.01 * lowest && falls) return "Validation loss still falls: keep training.";
  return `Validation loss is near its lowest value, that of epoch ${since}.`;
}

// Each value becomes 0 with probability `rate`, or is divided by 1 - rate, as Keras's Dropout does it;
// `random` has a number in 0..1 for each value.
export function dropped(values, rate, random) {
  return values.map((value, i) => (random[i] >= rate ? value / (1 - rate) : 0));
}

// Random numbers in 0..1 from a seed: the same seed, the same numbers (mulberry32, T. Ettinger, public domain).
export function randomNumbers(seed, count) {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  });
}

// A confusion matrix whose entries are lists: the images of each class (row) that were taken for each (column).
export function imagesByCell(labels, predicted, size) {
  const cells = Array.from({ length: size }, () => Array.from({ length: size }, () => []));
  labels.forEach((label, image) => cells[label][predicted[image]].push(image));
  return cells;
}
