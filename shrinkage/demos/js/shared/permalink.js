// A demo's state in the address: #demo=league-table&spread=0.5&year=12
// After the # because that part of an address is never sent to a server. A list is JSON, and
// "none" stands for null.

/** Whether two values of a state are the same; lists are compared by what is in them. */
export const same = (a, b) =>
  a === b || (a?.length === b?.length && JSON.stringify(a) === JSON.stringify(b));

/** The address part that restores `state`; what equals `start` is left out. */
export function write(id, state, start) {
  const parts = new URLSearchParams({ demo: id });
  for (const [name, value] of Object.entries(state))
    if (!same(value, start[name]))
      parts.set(
        name,
        value === null ? "none" : Array.isArray(value) ? JSON.stringify(value) : value,
      );
  return `#${parts}`;
}

/** Whether an address part names this demo. */
export const names = (id, hash) => hash.split(/[#&]/).includes(`demo=${id}`);

/** The state in an address part, or null where it names another demo or none. */
export function read(id, hash, start) {
  if (!names(id, hash)) return null;
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...start };
  for (const [name, value] of Object.entries(start))
    if (parts.has(name)) state[name] = understood(parts.get(name), value);
  return state;
}

/** A text as a value of the kind that the state has; what cannot be read becomes NaN. */
function understood(text, like) {
  if (typeof like === "boolean") return text === "true";
  if (typeof like === "string") return text;
  if (Array.isArray(like))
    try {
      return JSON.parse(text);
    } catch {
      return NaN;
    }
  if (text === "none") return null;
  return text.trim() === "" ? NaN : Number(text);
}
