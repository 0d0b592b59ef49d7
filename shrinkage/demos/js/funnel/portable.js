// Exponential, logarithm, sine and cosine from +, -, *, / alone, which every machine rounds alike.
// A browser's own differ in the last digit from another's and from NumPy's, which makes a different
// chain within thirty draws in a funnel. Bit for bit those of shrinkage/demos/portable.py.
// Coefficients: fdlibm, Sun Microsystems (1993).

const LN2_HIGH = 6.9314718036912381649e-1; // few enough digits that a whole multiple is exact
const LN2_LOW = 1.90821492927058770002e-10;
const SQRT_HALF = Math.SQRT1_2;
const LIMIT = 700;

const POWERS = new Float64Array(2 * 1020 + 1); // of two, from 2**-1020
POWERS[1020] = 1;
for (let k = 1; k <= 1020; k++) {
  POWERS[1020 + k] = 2 * POWERS[1020 + k - 1];
  POWERS[1020 - k] = 0.5 * POWERS[1020 - k + 1];
}

/** exp(x), with x held between -700 and 700. */
export function exp(x) {
  if (x > LIMIT) x = LIMIT;
  else if (x < -LIMIT) x = -LIMIT;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 +
                t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  return (1 - (low - (r * c) / (2 - c) - high)) * POWERS[1020 + k];
}

/** log(x) of a positive number. */
export function log(x) {
  let k = 0;
  for (; x < SQRT_HALF; k--) x *= 2;
  for (; x >= 2 * SQRT_HALF; k++) x *= 0.5;
  const f = x - 1;
  const s = f / (2 + f);
  const z = s * s;
  const rest =
    z *
    (6.66666666666673513e-1 +
      z *
        (3.999999999940941908e-1 +
          z *
            (2.857142874366239149e-1 +
              z *
                (2.222219843214978396e-1 +
                  z *
                    (1.818357216161805012e-1 +
                      z * (1.531383769920937332e-1 + z * 1.479819860511658591e-1))))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f);
}

export const turned = { cos: 1, sin: 0 }; // by the last call of turn

/** Cosine and sine of a share of a full turn from 0 to 1, left in `turned`. */
export function turn(share) {
  const quarter = Math.floor(4 * share + 0.5);
  const x = 2 * Math.PI * (share - 0.25 * quarter); // within an eighth of a turn
  const z = x * x;
  const sin =
    x +
    x *
      z *
      (-1.66666666666666324348e-1 +
        z *
          (8.33333333332248946124e-3 +
            z *
              (-1.98412698298579493134e-4 +
                z *
                  (2.75573137070700676789e-6 +
                    z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)))));
  const cos =
    1 -
    (0.5 * z -
      z *
        z *
        (4.16666666666666019037e-2 +
          z *
            (-1.38888888888741095749e-3 +
              z *
                (2.48015872894767294178e-5 +
                  z *
                    (-2.75573143513906633035e-7 +
                      z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11))))));
  const odd = quarter % 2;
  const flip = quarter % 4 > 1 ? -1 : 1;
  turned.cos = flip * (odd ? -sin : cos);
  turned.sin = flip * (odd ? cos : sin);
}
