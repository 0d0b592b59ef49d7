// What `make bench-demos` runs in the browser: each kind of work that a demo asks for, by the demos'
// engine and by the naive one, every repetition on counts that no earlier one has had.
import { naive, naiveRanks } from "./naive.js";
import { posterior } from "./posterior/posterior.js";

// What a demo draws: means, 95 % intervals, and the curve of sigma_pop.
function engineWork({ successes, trials }, near) {
  const found = posterior(successes, trials, { near });
  const { x, density } = found.sigma_pop;
  return { mean: found.mean, interval: found.interval(0.95), sigma: { x, density }, found };
}
const ranks = ({ successes, trials }) => posterior(successes, trials).rankProbabilities();
const fromScratch = {
  engine: (table) => engineWork(table),
  naive: ({ successes, trials }) => naive(successes, trials),
};
const inRanks = {
  engine: ranks,
  naive: ({ successes, trials }) => naiveRanks(successes, trials),
};

/** Whole numbers that follow from a seed: the same tables at every run. */
function dice(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The table with a success more or less for every doctor. */
function varied({ successes, trials }, roll) {
  const moved = successes.map((s, j) => Math.min(Math.max(s + roll(3) - 1, 0), trials[j]));
  return { successes: moved, trials };
}

/** The table with the doctor's successes as a drag moves them: up and down again. */
function dragged({ successes, trials }, doctor, step) {
  const reach = Math.max(Math.round(0.1 * trials[doctor]), 2);
  const away = Math.abs(((step + reach) % (4 * reach)) - 2 * reach) - reach;
  const moved = [...successes];
  moved[doctor] = Math.min(Math.max(successes[doctor] + away, 0), trials[doctor]);
  return { successes: moved, trials };
}

/** Milliseconds of one run, and its answer. */
function timed(work) {
  const start = performance.now();
  const answer = work();
  return [performance.now() - start, answer];
}

/** The shortest time the browser's clock can tell, in milliseconds. */
function resolution() {
  let least = Infinity;
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return least;
}

/**
 * The times in ms of one kind of work: { engine, naive, answers }, where `answers` are those to the
 * table itself. `drag`: the doctor whose successes move, each answer computed near the one before.
 */
export function measure({ table, kind, drag, repetitions, naiveRepetitions, warm }) {
  const roll = dice(1);
  const work = kind === "ranks" ? inRanks : fromScratch;
  let near;
  const engineOnce = (i) => {
    if (drag === undefined) {
      const question = varied(table, roll);
      return timed(() => work.engine(question))[0];
    }
    const question = dragged(table, drag, i);
    const [time, answer] = timed(() => engineWork(question, near));
    near = answer.found;
    return time;
  };
  const naiveOnce = () => {
    const question = varied(table, roll);
    return timed(() => work.naive(question))[0];
  };
  if (drag !== undefined) near = engineWork(table).found;
  const engine = [];
  const naive = [];
  for (let i = 0; i < warm; i++) engineOnce(i);
  if (naiveRepetitions) naiveOnce(); // its first run is its compiler's
  // Side by side: what else the machine does in a second slows both alike.
  for (let i = 0; i < repetitions; i++) {
    engine.push(engineOnce(warm + i));
    const due = Math.floor(((i + 1) * naiveRepetitions) / repetitions);
    while (naive.length < due) naive.push(naiveOnce());
  }
  return { engine, naive };
}

const plain = ({ mean, interval }) => ({ mean: Array.from(mean), interval });

/** The answers of both to the same table. */
export function answers({ table, kind, drag, naiveRepetitions }) {
  if (kind === "ranks")
    return {
      engine: ranks(table).map((row) => Array.from(row)),
      naive: naiveRepetitions ? inRanks.naive(table).map((row) => Array.from(row)) : null,
    };
  // Dragged: the table is where a hand came to, a step from the table next to it.
  const near = drag === undefined ? undefined : engineWork(dragged(table, drag, 1)).found;
  return {
    engine: plain(engineWork(table, near)),
    naive: naiveRepetitions ? plain(naive(table.successes, table.trials)) : null,
  };
}

/** The first run in a page that has just come, in ms. */
export const first = (table) => timed(() => engineWork(table))[0];

export { resolution };
