// The network, in a thread of its own, so that the page stays awake. It computes in plain JavaScript, unless
// ONNX Runtime lies beside this file: for networks with operators that forward.js does not know.

import { alone, prepare, run, warmUp } from "./forward.js";
import { readGraph } from "./graph.js";

let compute, constants;
warmUp();

onmessage = async ({ data: { number, task, input } }) => {
  try {
    postMessage({ number, result: await { load, classify, kernel }[task](input) });
  } catch (error) {
    postMessage({ number, fault: error.message });
  }
};

async function load({ model, runtime }) {
  const graph = readGraph(new Uint8Array(model));
  const ready = runtime ? graph : prepare(graph);
  constants = ready.constants;
  const short = alone(ready);
  compute = runtime ? await withRuntime(model, runtime) : (input) => run(input.inner ? ready : short, input);
}

async function withRuntime(model, runtime) {
  const ort = await import("./ort.wasm.bundle.min.js");
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = 1; // more of them would need headers that static hosts do not send
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  return async ({ dims, data }) => {
    const answer = await session.run({ [session.inputNames[0]]: new ort.Tensor("float32", data, dims) });
    return session.outputNames.map((name) => ({ dims: answer[name].dims, data: answer[name].data }));
  };
}

// What the network says, and what its layers gave on the way.
async function classify(input) {
  const [answer, ...maps] = await compute(input);
  return { probabilities: Array.from(answer.data), maps };
}

const kernel = (name) => constants.get(name);
