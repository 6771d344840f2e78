// Load ONNX Runtime and the model once, then answer: probabilities for one image.

import * as ort from "./ort.wasm.bundle.min.js";

// The runtime is stored compressed. Some servers announce that, and then the browser has unpacked it already.
async function unpacked(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.buffer;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function fetched(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name} is missing on this web server (${response.status})`);
  return response;
}

export async function load() {
  const page = await (await fetched("page.json")).json();
  const [runtime, model] = await Promise.all([
    fetched("ort-wasm-simd-threaded.wasm.gz").then(unpacked),
    fetched("model.onnx").then((response) => response.arrayBuffer()),
  ]);
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = 1; // more of them would need headers that static hosts do not send
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  return { page, classify: (small) => classify(session, page, small) };
}

async function classify(session, page, small) {
  const values = Float32Array.from(small, (value) => value / page.divide_by);
  const shape = [1, page.input.height, page.input.width, page.input.channels];
  const answer = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", values, shape) });
  return Array.from(answer[session.outputNames[0]].data);
}
