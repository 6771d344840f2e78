// The product of two matrices: what a network's layers spend their time on, forwards and backwards.

// C += A B for matrices of rows x depth and depth x columns. Steps say how far apart neighbours lie in their
// arrays, so that A or B may stand on its side. Sixteen sums at a time: every number that is fetched serves four.
export function multiply(c, a, b, [rows, depth, columns], [aRow, aDeep], [bDeep, bColumn]) {
  const sums = new Float64Array(16);
  for (let i = 0; i < rows; i += 4) {
    const high = Math.min(4, rows - i);
    const [r1, r2, r3] = [1, 2, 3].map((r) => Math.min(r, high - 1) * aRow); // beyond the edge: the last again
    for (let j = 0; j < columns; j += 4) {
      const wide = Math.min(4, columns - j);
      const s1 = Math.min(1, wide - 1) * bColumn;
      const s2 = Math.min(2, wide - 1) * bColumn;
      const s3 = Math.min(3, wide - 1) * bColumn;
      block(sums, a, b, depth, i * aRow, j * bColumn, r1, r2, r3, s1, s2, s3, aDeep, bDeep);
      for (let r = 0; r < high; r++) {
        for (let s = 0; s < wide; s++) c[(i + r) * columns + j + s] += sums[4 * r + s];
      }
    }
  }
}

function block(sums, a, b, depth, p, q, r1, r2, r3, s1, s2, s3, aDeep, bDeep) {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0, c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0, c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  for (let k = 0; k < depth; k++, p += aDeep, q += bDeep) {
    const a0 = a[p], a1 = a[p + r1], a2 = a[p + r2], a3 = a[p + r3];
    const b0 = b[q], b1 = b[q + s1], b2 = b[q + s2], b3 = b[q + s3];
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3;
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3;
    c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3;
    c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3;
  }
  sums[0] = c00; sums[1] = c01; sums[2] = c02; sums[3] = c03;
  sums[4] = c10; sums[5] = c11; sums[6] = c12; sums[7] = c13;
  sums[8] = c20; sums[9] = c21; sums[10] = c22; sums[11] = c23;
  sums[12] = c30; sums[13] = c31; sums[14] = c32; sums[15] = c33;
}
