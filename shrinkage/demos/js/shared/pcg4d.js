// Counter-based random numbers, bit for bit those of shrinkage/demos/uniforms.py.
// M. Jarzynski and M. Olano (2020), Hash Functions for GPU Rendering, JCGT 9(3), 21-38.

export const UINT32 = 2 ** 32;

/** The four numbers of the last call, from 0 to 2**32 - 1: one array, so that nothing is allocated. */
export const numbers = new Uint32Array(4);

/** Hash four counters (32-bit integers) to four independent uniform integers, left in `numbers`. */
export function pcg4d(a, b, c, d) {
  let x = (Math.imul(a, 1664525) + 1013904223) | 0;
  let y = (Math.imul(b, 1664525) + 1013904223) | 0;
  let z = (Math.imul(c, 1664525) + 1013904223) | 0;
  let w = (Math.imul(d, 1664525) + 1013904223) | 0;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  numbers[0] = x;
  numbers[1] = y;
  numbers[2] = z;
  numbers[3] = w;
}
