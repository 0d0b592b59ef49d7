// A doctor's rank in three numbers: the median place and its interval.

/** The median of a rank and the ends of its 95 % interval, places from 1, from its probabilities. */
export function rankSummary(probabilities) {
  const place = (share) => {
    let sum = 0;
    const r = probabilities.findIndex((p) => {
      sum += p;
      return sum >= share - 1e-9;
    });
    return (r < 0 ? probabilities.length - 1 : r) + 1;
  };
  return { median: place(0.5), low: place(0.025), high: place(0.975) };
}
