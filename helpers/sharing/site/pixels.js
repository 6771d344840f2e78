// How an image becomes the network's input. It does the arithmetic of image_input in helpers/sharing/
// web_page.py, which is Pillow's, number for number: browsers shrink images each in their own way.

const BITS = 22; // weights are whole numbers, parts of 2 ** 22
const ROWS = 256; // a large photo goes through a small canvas, piece by piece

// Take the largest part in the middle that has the proportions of the network's input.
export function middle(width, height, target) {
  const w = Math.max(1, Math.min(width, Math.floor((height * target.width) / target.height)));
  const h = Math.max(1, Math.min(height, Math.floor((width * target.height) / target.width)));
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}

// For each new pixel: which old pixels it is made of, and with which weights (a triangle, as wide as needed).
function weights(from, to) {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const last = Math.min(from, Math.trunc(centre + reach + 0.5));
    const raw = [];
    for (let x = first; x < last; x++) raw.push(Math.max(0, 1 - Math.abs((x - centre + 0.5) / reach)));
    const sum = raw.reduce((a, b) => a + b, 0);
    return { first, parts: raw.map((w) => Math.trunc((w / sum) * 2 ** BITS + 0.5)) };
  });
}

function rounded(sum) {
  return Math.max(0, Math.min(255, Math.floor((sum + 2 ** (BITS - 1)) / 2 ** BITS)));
}

// Red, green and blue of some rows; transparent parts are white.
function readRows(source, box, start, count) {
  const canvas = new OffscreenCanvas(box.width, count);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, box.width, count);
  context.drawImage(source, box.left, box.top + start, box.width, count, 0, 0, box.width, count);
  return context.getImageData(0, 0, box.width, count).data;
}

// Pillow's weights for grey: ITU-R 601-2.
function grey(rgba, i) {
  return (rgba[i] * 19595 + rgba[i + 1] * 38470 + rgba[i + 2] * 7471 + 0x8000) >> 16;
}

// Shrink (or enlarge) to whole numbers 0..255: Uint8Array of height x width x channels.
export function shrink(source, target) {
  const { width, height, channels } = target;
  const box = middle(source.width, source.height, target);
  const across = weights(box.width, width);
  const narrow = new Uint8Array(box.height * width * channels);
  for (let start = 0; start < box.height; start += ROWS) {
    const count = Math.min(ROWS, box.height - start);
    const rgba = readRows(source, box, start, count);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < width; column++) {
        const { first, parts } = across[column];
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let k = 0; k < parts.length; k++) {
            const i = (row * box.width + first + k) * 4;
            sum += parts[k] * (channels === 1 ? grey(rgba, i) : rgba[i + c]);
          }
          narrow[((start + row) * width + column) * channels + c] = rounded(sum);
        }
      }
    }
  }
  const stride = width * channels;
  const small = new Uint8Array(height * stride);
  weights(box.height, height).forEach(({ first, parts }, row) => {
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let k = 0; k < parts.length; k++) sum += parts[k] * narrow[(first + k) * stride + i];
      small[row * stride + i] = rounded(sum);
    }
  });
  return small;
}

// Show on a canvas what the network sees.
export function show(small, { width, height, channels }, canvas) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[i * 4 + c] = small[i * channels + (channels === 1 ? 0 : c)];
    image.data[i * 4 + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
