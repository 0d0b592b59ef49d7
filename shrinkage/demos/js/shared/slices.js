// Long work in slices: as much of it as a frame has room for, then the page's answer to the reader,
// then the next slice. The slower the device, the more slices; no slice is longer for it.
//
// Such work is a generator that yields wherever it may be left for a while; what it calls it
// delegates to (`yield* picture.update(...)`). What lies between two yields is a step; after
// `yield PAUSE` the slice ends, because what was written costs the browser far more than the writing.

const SLICE = 4; // ms of a frame: what they draw costs the browser twice that in layout and paint
const STEP = 8; // rows in a step
export const WORDS = 8; // rows in a portion where words are written, each laid out by itself
export const SIGNS = 32; // rows in a portion where signs alone are drawn
export const PAUSE = true;

/** Call `each(item, i)` for all of `items`, a few in a step, and `after()` for every portion of them. */
export function* inPortions(items, each, { portion = WORDS, after = () => {}, pause } = {}) {
  for (let i = 0; i < items.length; i++) {
    if (i && i % portion === 0) yield pause;
    else if (i && i % STEP === 0) yield;
    each(items[i], i);
    if ((i + 1) % portion === 0 || i + 1 === items.length) after();
  }
}

/** A generator that runs `draw` only where an entry of `parts` has changed since it last finished. */
export function whereChanged() {
  let last = [];
  return function* (parts, draw) {
    if (last.length && parts.every((part, i) => part === last[i])) return;
    last = []; // until all of it is done
    yield;
    yield* draw() ?? [];
    last = parts;
  };
}

/** Go on with some work for the time of a slice; whether it is finished. */
export function advance(work) {
  const stop = performance.now() + SLICE;
  for (;;) {
    const { done, value } = work.next();
    if (done) return true;
    if (value === PAUSE || performance.now() >= stop) return false;
  }
}

/** Do all of some work without a pause, where no page waits for it; what it returns. */
export function atOnce(work) {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Do all of some work, a slice a frame. */
export async function finished(work) {
  while (!advance(work)) await new Promise(requestAnimationFrame);
}

/**
 * Draw in frames, at most once a frame: `begin()` begins a drawing of what is newest. `unfinished()`
 * is called where a frame was not enough, `failed(error)` where a drawing throws.
 */
export function inFrames(begin, { unfinished, failed }) {
  let frame = 0;
  let drawing = null; // the one that is under way
  let newer = false; // whether anything has changed since it was begun
  let interrupts = false; // whether it was begun in place of an unfinished one

  function draw() {
    frame = 0;
    // A newer state interrupts a drawing, but never two in a row, so that during a drag every other
    // picture of hundreds of doctors is finished.
    if (newer && !(drawing && interrupts)) {
      interrupts = drawing !== null;
      newer = false;
      drawing = begin();
    }
    try {
      if (drawing && advance(drawing)) drawing = null;
    } catch (error) {
      drawing = null;
      failed(error);
    }
    if (drawing) unfinished();
    if (drawing || newer) frame ||= requestAnimationFrame(draw);
  }

  return {
    /** Something has changed. One frame draws any number of changes. */
    again() {
      newer = true;
      frame ||= requestAnimationFrame(draw);
    },
    /** The drawing that is under way shows all changes so far. */
    upToDate() {
      newer = false;
    },
    /** Whether a drawing is under way or asked for. */
    get busy() {
      return frame !== 0 || drawing !== null;
    },
    stop: () => cancelAnimationFrame(frame),
  };
}
