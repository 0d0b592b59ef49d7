// Long work in slices: as much of it as a frame has room for, then the page's answer to the reader,
// then the next slice. The slower the device, the more slices; no slice is longer for it.
//
// Such work is a generator that yields wherever it may be left for a while; what it calls it
// delegates to (`yield* picture.update(...)`). What lies between two yields is a step. How many steps
// a frame has room for is learnt from the frames before: what a step writes costs the browser more in
// layout and paint than the step itself took, and by how much is the device's.

const SLICE = 4; // ms of a frame for the steps themselves
const FRAME = 10; // ms for the steps with their layout and paint: the reader's input has the rest
const MOST = 64; // steps in a slice
export const PORTION = 16; // rows in a step

let room = 1; // steps that the next slice may have

/** Call `each(item, i)` for all of `items` and `after()` for every portion of them, a portion a step. */
export function* inPortions(items, each, after = () => {}) {
  for (let first = 0; first < items.length; first += PORTION) {
    if (first) yield;
    const end = Math.min(first + PORTION, items.length);
    for (let i = first; i < end; i++) each(items[i], i);
    after();
  }
}

/** Does `draw`, itself in steps perhaps, where something in `parts` is another than when it was last done. */
export function whereChanged() {
  let last = [];
  return function* (parts, draw) {
    if (last.length && parts.every((part, i) => part === last[i])) return;
    last = []; // until all of it is done
    yield* draw() ?? [];
    last = parts;
  };
}

/** Go on with some work for the time of a slice, within a frame; whether it is finished. */
export function advance(work) {
  const begin = performance.now();
  const spent = () => performance.now() - begin;
  let steps = 0;
  let done = false;
  while (!done && steps < room && spent() < SLICE) {
    done = work.next().done;
    steps++;
  }
  // The first task after the frame comes when the browser has laid it out and painted it.
  setTimeout(() => {
    if (spent() > FRAME) room = Math.max(1, Math.floor(Math.min(room, steps) / 2));
    else if (spent() < FRAME / 2 && steps === room) room = Math.min(2 * room, MOST);
  });
  return done;
}

/** Do all of some work, a slice a frame. */
export async function finished(work) {
  while (!advance(work)) await new Promise(requestAnimationFrame);
}
