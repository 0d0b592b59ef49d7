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

/** Runs and pauses the draws of one view, and moves the latest trajectories. */
export class Animation {
  #host;
  #figure;
  #draw;
  #computing;
  #quiet = matchMedia("(prefers-reduced-motion: reduce)");
  #observer;
  #running = null; // { draws: the last one asked for, n: how many so far, wait: until when }
  #wish = ONE; // ms that the next trajectory takes, none for one that is not animated
  #moving = null; // { begin, time } of the trajectory on its way
  #visible = true;
  #frame = 0;

  /**
   * `figure` is the element that is animated; off the screen it pauses. `draw(progress)` draws the
   * latest trajectories up to a share of their steps, and `computing()` is whether draws are missing.
   */
  constructor(host, figure, { draw, computing }) {
    this.#host = host;
    this.#figure = figure;
    this.#draw = draw;
    this.#computing = computing;
    this.#observer = new IntersectionObserver(([{ isIntersecting }]) => {
      this.#visible = isIntersecting;
      if (isIntersecting && (this.#running || this.#moving)) this.#schedule();
    });
    this.#observer.observe(figure);
    this.#quiet.addEventListener("change", host.again);
  }

  get running() {
    return this.#running !== null;
  }

  get moving() {
    return this.#moving !== null;
  }

  /** Whether the device asks for less motion. */
  get still() {
    return this.#quiet.matches;
  }

  /** Whether there is something to wait for: off the screen no trajectory moves. */
  get busy() {
    return this.running || (this.moving && this.#visible);
  }

  /** Let draws continue by themselves. */
  run() {
    this.#running = { draws: this.#host.now().draws, n: 0, wait: 0 };
    // Running pauses while the figure is off the screen: scroll it into view.
    const { top, bottom } = this.#figure.getBoundingClientRect();
    if (bottom < 60 || top > innerHeight - 60) this.#figure.closest(".sn-demo").scrollIntoView();
    this.#schedule();
  }

  pause() {
    this.#running = null;
  }

  /** Go on, now that all draws are there. */
  resume() {
    if (this.#running) this.#schedule();
  }

  /** Ask for so many draws more. */
  add(draws) {
    this.pause();
    this.#wish = ONE;
    this.#ask(draws);
  }

  /** A state with so many draws is shown: pause where another number was asked for. */
  follow(draws) {
    if (!this.#running || draws === this.#running.draws) return;
    this.pause();
    this.#host.again(); // to update the button, which has been shown already
  }

  /** Let the latest trajectories be drawn step by step. */
  move() {
    const isSeen = this.#wish && !this.still;
    this.#moving = isSeen ? { begin: performance.now(), time: this.#wish } : null;
    if (this.#moving) this.#schedule();
  }

  /** Show the latest draws at once. */
  finish() {
    this.#moving = null;
  }

  stop() {
    this.pause();
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#quiet.removeEventListener("change", this.#host.again);
  }

  #schedule() {
    if (this.#visible) this.#frame ||= requestAnimationFrame((time) => this.#tick(time));
  }

  #tick(time) {
    this.#frame = 0;
    if (this.#moving && !this.#arrived(time)) return this.#schedule();
    if (!this.#running || this.#computing()) return;
    if (this.#host.now().draws !== this.#running.draws) {
      this.pause(); // something else has changed the number of draws; the next frame takes it up
      return this.#host.again();
    }
    if (time < this.#running.wait) return this.#schedule();
    this.#goOn(time);
  }

  /** Move the trajectories to where they are by now; whether that is their end, which is a draw. */
  #arrived(time) {
    const { begin, time: whole } = this.#moving;
    const progress = Math.min(1, Math.max(0, (time - begin) / whole));
    this.#draw(progress);
    if (progress < 1) return false;
    this.#moving = null;
    this.#host.again();
    return true;
  }

  /** Ask for the next draws while running. */
  #goOn(time) {
    const running = this.#running;
    const { add, time: next } = pace(running.n, this.still);
    this.#wish = next;
    running.n += add;
    running.wait = this.still ? time + next : 0;
    running.draws = Math.min(MOST_DRAWS, this.#host.now().draws + add);
    this.#ask(add);
    if (running.draws === MOST_DRAWS) this.pause();
  }

  #ask(draws) {
    this.#host.set({ draws: Math.min(MOST_DRAWS, this.#host.now().draws + draws) });
  }
}
