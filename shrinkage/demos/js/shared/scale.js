// A linear scale, with as much of d3-scale's interface as the demos use. d3-scale's own brings colours,
// dates and formats along, a fifth of a demo.
import { tickStep, ticks } from "d3-array";

/** scale(value) takes a domain to a range, both [from, to]; `clamp(true)` keeps it within. */
export function scaleLinear(domain = [0, 1], range = [0, 1]) {
  let clamped = false;

  function place(value, [from, to], [start, end]) {
    let share = to === from ? 0.5 : (value - from) / (to - from);
    if (clamped) share = Math.min(Math.max(share, 0), 1);
    return start * (1 - share) + end * share;
  }

  const scale = (value) => place(value, domain, range);
  /** Without an argument what is set, with one the scale. */
  const setting = (get, set) => (value) => {
    if (value === undefined) return get();
    set(value);
    return scale;
  };
  return Object.assign(scale, {
    domain: setting(
      () => domain,
      (value) => (domain = value),
    ),
    range: setting(
      () => range,
      (value) => (range = value),
    ),
    clamp: setting(
      () => clamped,
      (value) => (clamped = value),
    ),
    invert: (value) => place(value, range, domain),
    ticks: (count) => ticks(domain[0], domain[1], count),
    /** The words of about so many ticks, with the decimals that tell them apart. */
    tickFormat(count) {
      const step = Math.abs(tickStep(...domain, count));
      const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
      const form = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      return (value) => (value + 0).toLocaleString("en", form).replace("-", "−");
    },
  });
}
