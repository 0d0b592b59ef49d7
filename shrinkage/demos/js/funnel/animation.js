// The animation: the trajectory on its way, and draws that continue by themselves.
import { MOST_DRAWS } from "./engine.js";

const ONE = 900; // ms that one trajectory takes

/**
 * How running goes on after `n` draws: so many draws at once, and the time their trajectory takes.
 * It starts slowly enough to follow a trajectory and gathers speed. Without motion the draws appear
 * in groups.
 */
function pace(n, still) {
  if (still) return { add: 20, time: 500 };
  const time = ONE * 0.9 ** n;
  if (time > 40) return { add: 1, time };
  return { add: Math.min(10, 1 + Math.floor((n - 28) / 30)), time: 0 };
}

/**
 * `figure` is the element that is animated; off the screen it pauses. `draw(progress)` draws the
 * latest trajectories up to a share of their steps, and `computing()` is whether draws are missing.
 */
export function makeAnimation({ now, set, again }, figure, { draw, computing }) {
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  let running = null; // { draws: the last one asked for, n: how many so far, wait: until when }
  let wish = ONE; // ms that the next trajectory takes, none for one that is not animated
  let moving = null; // { begin, time } of the trajectory on its way
  let visible = true;
  let frame = 0;

  function pause() {
    running = null;
  }

  function schedule() {
    if (visible) frame ||= requestAnimationFrame(tick);
  }

  function tick(time) {
    frame = 0;
    if (moving && !arrived(time)) return schedule();
    if (!running || computing()) return;
    if (now().draws !== running.draws) {
      pause(); // something else has changed the number of draws; the next frame takes it up
      return again();
    }
    if (time < running.wait) return schedule();
    goOn(time);
  }

  /** Move the trajectory to where it is by now; whether it is at its end, which becomes a draw. */
  function arrived(time) {
    const progress = Math.min(1, Math.max(0, (time - moving.begin) / moving.time));
    draw(progress);
    if (progress < 1) return false;
    moving = null;
    again();
    return true;
  }

  /** Ask for the next draws. */
  function goOn(time) {
    const { add, time: next } = pace(running.n, quiet.matches);
    wish = next;
    running.n += add;
    running.wait = quiet.matches ? time + next : 0;
    running.draws = Math.min(MOST_DRAWS, now().draws + add);
    set({ draws: running.draws });
    if (running.draws === MOST_DRAWS) pause();
  }

  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    visible = isIntersecting;
    if (visible && (running || moving)) schedule();
  });
  observer.observe(figure);
  quiet.addEventListener("change", again);

  return {
    pause,
    get running() {
      return running !== null;
    },
    get moving() {
      return moving !== null;
    },
    /** Whether the device asks for less motion. */
    get still() {
      return quiet.matches;
    },
    /** Whether there is something to wait for: off the screen there is not. */
    get busy() {
      return running !== null || (moving !== null && visible);
    },
    /** Let draws continue by themselves. */
    run() {
      running = { draws: now().draws, n: 0, wait: 0 };
      // Running pauses while the figure is off the screen: scroll it into view.
      const { top, bottom } = figure.getBoundingClientRect();
      if (bottom < 60 || top > innerHeight - 60) figure.closest(".sn-demo").scrollIntoView();
      schedule();
    },
    /** Ask for so many draws more. */
    add(draws) {
      pause();
      wish = ONE;
      set({ draws: Math.min(MOST_DRAWS, now().draws + draws) });
    },
    /** A state with so many draws is shown: pause where another number was asked for. */
    follow(draws) {
      if (!running || draws === running.draws) return;
      pause();
      again(); // to update the button, which has been shown already
    },
    /** Let the latest trajectories be drawn step by step. */
    move() {
      moving = quiet.matches || !wish ? null : { begin: performance.now(), time: wish };
      if (moving) schedule();
    },
    /** Show the latest draws at once. */
    finish() {
      moving = null;
    },
    /** Go on, now that all draws are there. */
    resume() {
      if (running) schedule();
    },
    stop() {
      pause();
      cancelAnimationFrame(frame);
      observer.disconnect();
      quiet.removeEventListener("change", again);
    },
  };
}
