// What the reader does to the league table: other tables, more or fewer doctors, one doctor's counts.
import { freeName, inHand, withCaseload } from "./engine.js";

/** `now()` is the state, `set(changes)` changes it. */
export function editing({ now, set }) {
  const rates = new Map(); // each doctor's raw rate before its caseload was changed

  /** Take doctor j in hand with these counts. */
  function change(j, [successes, trials]) {
    const counts = [...now().counts];
    const [hand] = counts[j];
    counts[j] = [hand, successes, trials];
    set({ counts, hand });
  }

  return {
    use(counts) {
      rates.clear();
      set({ counts, hand: "" });
    },
    add() {
      const { counts } = now();
      const hand = freeName(counts.map(([name]) => name));
      set({ counts: [...counts, [hand, 2, 2]], hand });
    },
    removeInHand() {
      const j = inHand(now());
      set({ counts: now().counts.filter((_, i) => i !== j), hand: "" });
    },
    take: (j) => set({ hand: now().counts[j][0] }),
    setSuccesses(j, successes) {
      const [name, , trials] = now().counts[j];
      rates.delete(name);
      change(j, [successes, trials]);
    },
    /** A new caseload at the raw rate the doctor had before the caseload was first changed. */
    setCaseload(j, trials) {
      const [name, s, n] = now().counts[j];
      if (!rates.has(name) && n) rates.set(name, s / n);
      change(j, withCaseload(rates.get(name), trials));
    },
  };
}
