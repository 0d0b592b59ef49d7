// Computes the posteriors that a demo shows, in a worker that runs the demo's own module, however
// few the doctors are: on a slow device even one posterior would hold up the page.
//
//   const solver = makeSolver(model, later);
//   const known = solver.ask(state, { found: [[counts], () => question], … });
//
// `ask` is called in every frame. It returns `{ state, found, … }`: the newest state all of whose
// questions are answered, and the answers; null before the first. `later()` is called when there is
// a newer one. Each question stands beside its key, a list that is compared entry by entry: what is
// asked again under the same key is not solved again. While the reader drags, questions come faster
// than answers; then only the newest is solved next.
//
// A question is { successes, trials, expected, bounds, options, above, ranks }, or has a `kind` that a
// demo has added to KINDS. An answer is plain data: { mean, sd, low, high (95 %), reference, mu, sigma:
// { x, density, mean, sd, low, high } (sigma null where it was fixed), newDoctor: { mean, low, high },
// above, ranks }, the last two where they were asked for: `above` for a rate, or a list of them for a
// list of rates. `reference` is what the log-odds of all rates have and mu and alpha have not.
import { posterior } from "./posterior.js";

export const marginal = (found) => {
  const [low, high] = found.interval(0.95);
  return { x: found.x, density: found.density, mean: found.mean, sd: found.sd, low, high };
};

/** The answer to a question, and the posterior it was read from. */
export function answer(question, near) {
  const {
    successes,
    trials,
    expected,
    bounds,
    options = {},
    above = null,
    ranks = false,
  } = question;
  const given = { ...options, expected, bounds, near: ranks ? undefined : near };
  const found = posterior(successes, trials, given);
  const ends = found.interval(0.95);
  const [low, high] = found.newDoctor.interval(0.95);
  return {
    found,
    plain: {
      mean: found.mean,
      sd: found.sd,
      low: Float64Array.from(ends, ([end]) => end),
      high: Float64Array.from(ends, ([, end]) => end),
      reference: found.reference,
      mu: marginal(found.mu_pop),
      sigma: found.sigma_pop && marginal(found.sigma_pop),
      newDoctor: { mean: found.newDoctor.mean, low, high },
      above: Array.isArray(above)
        ? above.map((rate) => found.above(rate))
        : above === null
          ? null
          : found.above(above),
      // Rounding may leave -1e-18 for a probability of zero.
      ranks: ranks ? found.rankProbabilities().map((row) => row.map((p) => Math.max(p, 0))) : null,
    },
  };
}

/** How each kind of question is answered: a function of the question and the last posterior. */
export const KINDS = { posterior: answer };

/**
 * A function that answers questions by name and returns { answers }, or { problem } in words. Each
 * starts from the posterior that the name's last question had.
 */
function answerer() {
  const last = {};
  const one = ([name, question]) => {
    const { found, plain } = KINDS[question.kind ?? "posterior"](question, last[name]);
    last[name] = found;
    return [name, plain];
  };
  return (questions) => {
    try {
      return { answers: Object.fromEntries(Object.entries(questions).map(one)) };
    } catch (error) {
      return { problem: error.message };
    }
  };
}

/** Run the code a few times between questions: the tenth run is ten times faster than the first. */
function warmUp(times = 12) {
  posterior([4, 0, 9, 16, 85], [4, 5, 12, 20, 100]).interval();
  if (times > 1) setTimeout(warmUp, 0, times - 1);
}

// In a worker this module is all that runs: it answers whatever it is sent.
if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
  const answers = answerer();
  let cold = true;
  self.onmessage = ({ data }) => {
    self.postMessage(answers(data));
    if (cold) setTimeout(warmUp);
    cold = false;
  };
}

let address; // of the demo's own module; made once, because it takes a slice of a frame

/** A worker that runs the demo's own module, or null where the browser gives none. */
function startWorker(model) {
  try {
    const source = model.get("_esm");
    const isText = typeof source === "string" && source.includes("postMessage");
    address ??= isText
      ? URL.createObjectURL(new Blob([source], { type: "text/javascript" }))
      : import.meta.url;
    return new Worker(address, { type: "module" });
  } catch {
    return null;
  }
}

const same = (a, b) => a.length === b.length && a.every((part, i) => part === b[i]);

/** Names of the questions that have another key than in `before`. */
const others = (questions, before) =>
  Object.keys(questions).filter(
    (name) => !(before?.[name] && same(questions[name][0], before[name][0])),
  );

export function makeSolver(model, later) {
  let answered = null; // { state, questions, answers } of the newest state that has all of them
  let asked = null; // { state, questions } that waits for answers, the newest
  let running = null; // { state, questions, names } of those that the worker was sent last
  let failed = null; // { questions, problem } of the last that could not be answered
  let worker = null;
  let alone = null; // an `answerer` in the page, where there is no worker

  /** Send the newest questions to be answered, unless earlier ones still are. */
  function next() {
    if (!asked || running) return;
    running = { ...asked, names: others(asked.questions, answered?.questions) };
    const questions = Object.fromEntries(
      running.names.map((name) => [name, running.questions[name][1]()]),
    );
    if (!alone && !worker) start();
    if (worker) worker.postMessage(questions);
    else {
      const present = running;
      // Not within the frame that asks.
      setTimeout(() => running === present && take(alone(questions)));
    }
  }

  function start() {
    worker = startWorker(model);
    if (!worker) alone = answerer();
    else {
      worker.onmessage = ({ data }) => take(data);
      worker.onerror = (event) => {
        event.preventDefault?.();
        worker.terminate();
        worker = running = null;
        alone = answerer();
        next();
      };
    }
  }

  /** Keep the answers to the running questions, or the problem that prevented them. */
  function take({ answers, problem }) {
    const { state, questions } = running;
    const isNewest = asked && !others(asked.questions, questions).length;
    running = null;
    if (problem) failed = { questions, problem };
    // With nothing asked, the newest state was answered from what is known; these are outdated.
    if (answers && asked)
      answered = {
        state: isNewest ? asked.state : state,
        questions,
        answers: { ...answered?.answers, ...answers },
      };
    if (isNewest) asked = null;
    next();
    later();
  }

  return {
    ask(state, questions) {
      if (failed && !others(questions, failed.questions).length) throw new Error(failed.problem);
      if (!others(questions, answered?.questions).length) {
        answered.state = state;
        asked = null;
      } else {
        asked = { state, questions };
        next();
      }
      return answered && { state: answered.state, ...answered.answers };
    },
    /** Whether an answer is still to come. */
    get busy() {
      return asked !== null;
    },
    /** Stop the worker and drop its questions. */
    stop() {
      worker?.terminate();
      worker = asked = running = null;
    },
  };
}
