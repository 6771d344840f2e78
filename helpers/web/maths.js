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
