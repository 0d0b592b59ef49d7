// A question that is asked in every frame and solved only when it is another one.
//
//   const asker = makeAsker(model, later);
//   asker.ask([counts, sigma], () => question)   // the answer, or null while a worker is at it
//
// The key is compared entry by entry; `later` is called when a worker has answered. Questions and
// answers are those of solver.js.
import { makeSolver } from "./solver.js";

export function makeAsker(model, later) {
  let asked = null;
  let answered = null;
  let answer = null;
  let asking = false;
  const equal = (a, b) => a !== null && b !== null && a.every((part, i) => part === b[i]);
  const solver = makeSolver(model, (plain, { key }) => {
    [answered, answer] = [key, plain];
    if (!asking) later();
  });
  return {
    ask(key, question) {
      if (!equal(key, asked)) {
        asked = key;
        asking = true;
        try {
          solver.solve({ ...question(), key });
        } finally {
          asking = false;
        }
      }
      return equal(key, answered) ? answer : null;
    },
    get busy() {
      return solver.busy;
    },
    stop: solver.stop,
  };
}
