// A demo's state in the address: #demo=league-table&spread=0.5&year=12
// After the # because that part of an address is never sent to a server.

/** The address part that restores `state`; what equals `start` is left out. */
export function write(id, state, start) {
  const parts = new URLSearchParams({ demo: id });
  for (const [name, value] of Object.entries(state))
    if (value !== start[name]) parts.set(name, value);
  return `#${parts}`;
}

/** The state in an address part, or null where it speaks of another demo or of none. */
export function read(id, hash, start) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (parts.get("demo") !== id) return null;
  const state = { ...start };
  for (const [name, value] of Object.entries(start))
    if (parts.has(name))
      state[name] =
        typeof value === "boolean" ? parts.get(name) === "true" : number(parts.get(name));
  return state;
}

const number = (text) => (text.trim() === "" ? NaN : Number(text));
