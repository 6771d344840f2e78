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
  const data = new Float64Array(width * height);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const weight = kernel[r][c];
      if (weight === 0) continue;
      const first = Math.max(0, left - c), end = Math.min(width, image.width + left - c);
      for (let y = Math.max(0, above - r); y < Math.min(height, image.height + above - r); y++) {
        const from = (y + r - above) * image.width + c - left, to = y * width;
        for (let x = first; x < end; x++) data[to + x] += weight * image.data[from + x];
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
