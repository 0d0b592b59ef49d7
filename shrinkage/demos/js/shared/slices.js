// Long work in slices: as much of it as a frame has room for, then the page's answer to the reader,
// then the next slice. The slower the device, the more slices; no slice is longer for it.
//
// Such work is a generator that yields wherever it may be left for a while; what it calls it
// delegates to (`yield* picture.update(...)`). Up to PORTION rows come without a pause, so that a
// table of a few doctors is drawn in one frame everywhere.

const SLICE = 4; // ms of a frame: what they draw costs the browser twice that in layout and paint
export const PORTION = 16; // rows between two looks at the clock

/** Call `each(item, i)` for all of `items`, with a pause after every portion. */
export function* inPortions(items, each) {
  for (let i = 0; i < items.length; i++) {
    if (i && i % PORTION === 0) yield;
    each(items[i], i);
  }
}

/** Go on with some work for the time of a slice; whether it is finished. */
export function advance(work) {
  const stop = performance.now() + SLICE;
  do if (work.next().done) return true;
  while (performance.now() < stop);
  return false;
}

/** Do all of some work, a slice a frame. */
export async function finished(work) {
  while (!advance(work)) await new Promise(requestAnimationFrame);
}
