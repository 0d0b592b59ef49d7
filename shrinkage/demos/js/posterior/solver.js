// Who computes a posterior: the page itself where that takes a few milliseconds, a worker of the
// demo's own module where there are many doctors or ranks are asked for. The page never waits.
//
//   const solver = makeSolver(model, done);   // done(answer, question) comes at once or later
//   solver.solve({ successes, trials, options, above, ranks });
//   solver.stop();
//
// An answer is plain data: { mean, sd, low, high (95 %), mu, sigma: { x, density, mean, low, high }
// (sigma null where it was fixed), newDoctor: { mean, low, high }, above, ranks }, the last two
// where they were asked for: `above` for a rate, or a list of them for a list of rates. Of several
// questions asked while a worker is busy it gets the last.
import { posterior } from "./posterior.js";

const FEW = 60; // doctors whose posterior the page computes within a frame

const marginal = (found) => {
  const [low, high] = found.interval(0.95);
  return { x: found.x, density: found.density, mean: found.mean, sd: found.sd, low, high };
};

/** The answer to a question, and the posterior it was read from. */
export function answer({ successes, trials, options = {}, above = null, ranks = false }, near) {
  const found = posterior(successes, trials, { ...options, near });
  const ends = found.interval(0.95);
  const [low, high] = found.newDoctor.interval(0.95);
  return {
    found,
    plain: {
      mean: found.mean,
      sd: found.sd,
      low: Float64Array.from(ends, ([end]) => end),
      high: Float64Array.from(ends, ([, end]) => end),
      mu: marginal(found.mu_pop),
      sigma: found.sigma_pop && marginal(found.sigma_pop),
      newDoctor: { mean: found.newDoctor.mean, low, high },
      above: Array.isArray(above)
        ? above.map((rate) => found.above(rate))
        : above === null
          ? null
          : found.above(above),
      // Quadrature leaves a probability of nothing at -1e-18 here and there.
      ranks: ranks ? found.rankProbabilities().map((row) => row.map((p) => Math.max(p, 0))) : null,
    },
  };
}

// In a worker this module is all that runs: it answers whatever it is sent.
if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope)
  self.onmessage = ({ data }) => {
    try {
      self.postMessage({ plain: answer(data).plain });
    } catch (error) {
      self.postMessage({ problem: error.message });
    }
  };

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

export function makeSolver(model, done) {
  let near;
  let worker;
  let broken = false;
  let latest = null; // the question asked last, until it is answered: the only answer still wanted
  let running = null;
  let waiting = null;

  const here = (question) => {
    latest = null;
    const { found, plain } = answer(question, near);
    near = found;
    done(plain, question);
  };

  const next = () => {
    running = waiting;
    waiting = null;
    if (running) worker.postMessage(running);
  };

  const fall = () => {
    // No worker after all: compute here, when the page is at rest.
    broken = true;
    worker?.terminate();
    worker = null;
    running = waiting = null;
    const question = latest;
    if (question) setTimeout(() => question === latest && here(question));
  };

  return {
    solve(question) {
      latest = question;
      const small = question.successes.length <= FEW && !question.ranks;
      if (small) {
        waiting = null;
        return here(question);
      }
      if (!worker && !broken) {
        worker = startWorker(model);
        if (!worker) broken = true;
        else {
          worker.onerror = (event) => {
            event.preventDefault?.();
            fall();
          };
          worker.onmessage = ({ data }) => {
            const question = running;
            next();
            if (!question || question !== latest) return;
            latest = null;
            if (data.plain) done(data.plain, question);
          };
        }
      }
      waiting = question;
      if (broken) return fall();
      if (!running) next();
    },
    /** Whether an answer is still to come. */
    get busy() {
      return latest !== null;
    },
    stop() {
      worker?.terminate();
      worker = null;
      latest = running = waiting = null;
    },
  };
}

/** Compute a little while the page is idle: the tenth time is ten times faster than the first. */
export function warmUp(times = 12) {
  const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 50));
  const step = () => {
    posterior([4, 0, 9, 16, 85], [4, 5, 12, 20, 100]).interval();
    if (--times > 0) idle(step);
  };
  if (typeof document !== "undefined") idle(step);
}
