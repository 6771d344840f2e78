// Training beside the page: the page stays awake while this worker computes. What it is told, and what it says:
//   load { pixels, labels, nTrain, layers }   the images 0..255, training ones first, and the network to build -> ready
//   train { epochs, rate, batch, seed }       a new network if there is a seed, else the one at hand goes on
//                                             -> step, epoch (a row of the log), and in the end done
//   stop {}                                   training ends after this step
//   ask { id, images }                        values as the network shall see them -> answer { id, probabilities }

import { adam, build, epoch, evaluate, initialize, predict, random } from "./train.js";

const EVERY = 100; // milliseconds between two messages about steps
let data, kinds, network, step, draw, stopping;

const orders = {
  load({ pixels, labels, nTrain, layers }) {
    const images = Float32Array.from(pixels, (value) => value / 255);
    const part = (from, to) => [images.subarray(from * 3072, to * 3072), labels.subarray(from, to)];
    data = { train: part(0, nTrain), validation: part(nTrain, labels.length) };
    kinds = layers;
    postMessage({ kind: "ready" });
  },

  async train({ epochs, rate, batch, seed }) {
    if (seed !== undefined) {
      network = build([32, 32, 3], kinds);
      draw = random(seed);
      initialize(network, draw);
      step = adam(network, rate);
    }
    stopping = false;
    for (let number = 1; number <= epochs && !stopping; number++) await oneEpoch(batch);
    postMessage({ kind: "done", stopped: stopping, probabilities: ask(data.validation[0]) });
  },

  stop() {
    stopping = true;
  },

  ask({ id, images }) {
    postMessage({ kind: "answer", id, probabilities: ask(images) });
  },
};

async function oneEpoch(batch) {
  const began = performance.now();
  let [found, told] = [null, 0];
  for (found of epoch(network, step, ...data.train, draw, batch)) {
    await others(); // a message may be waiting: stop
    if (stopping) return;
    if (performance.now() - told < EVERY) continue;
    told = performance.now();
    postMessage({ kind: "step", ...found });
  }
  const { accuracy, loss } = evaluate(network, ...data.validation);
  const seconds = (performance.now() - began) / 1000;
  postMessage({ kind: "epoch", accuracy: found.accuracy, loss: found.loss, val_accuracy: accuracy, val_loss: loss, seconds });
}

// Let other messages be heard; a timer would wait longer than some steps take.
function others() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function ask(images) {
  return predict(network, images, images.length / 3072);
}

onmessage = ({ data: { kind, ...order } }) => orders[kind](order);
