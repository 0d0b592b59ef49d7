// Finds units in the whole table, which the page holds packed, and saves it as CSV.
(() => {
  const box = document.getElementById("search");
  const input = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const body = box.querySelector("tbody");
  const { digits, factor, suffix, shown } = JSON.parse(box.dataset.format);
  const MOST = 25;
  let table;

  async function unpacked() {
    const packed = document.getElementById("whole").textContent.trim();
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  function records(text) {
    const found = [];
    let record = [];
    for (const [, quoted, plain, end] of text.matchAll(
      /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g,
    )) {
      record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (end === ",") continue;
      if (record.length > 1) found.push(record);
      record = [];
    }
    return found;
  }

  const simple = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();

  async function load() {
    const [head, ...rows] = records((await unpacked()).replace(/^\uFEFF/, ""));
    const at = Object.fromEntries(head.map((name, column) => [name, column]));
    return rows.map((row) => ({ key: simple(row[0]), get: (name) => row[at[name]] ?? "" }));
  }

  const number = (text, places, times = 1) =>
    text === ""
      ? ""
      : (times * Number(text)).toLocaleString("en", {
          minimumFractionDigits: places,
          maximumFractionDigits: places,
        });

  function cell(row, kind) {
    const place = number(row.get("place_low"), 0);
    const last = number(row.get("place_high"), 0);
    const value = (name) => number(row.get(name), digits, factor);
    if (kind === "name") return row.get("name");
    if (kind === "interval") return `${value("low")} to ${value("high")}${suffix}`;
    if (kind === "place") return place === last ? place : `${place} to ${last}`;
    if (kind === "above" || kind === "below") return `${number(row.get(kind), 0, 100)} %`;
    if (kind === "raw" || kind === "estimate") return value(kind) && value(kind) + suffix;
    return number(row.get(kind), kind === "expected" ? 1 : 0);
  }

  function show(rows) {
    body.replaceChildren(
      ...rows.map((row) => {
        const line = document.createElement("tr");
        line.append(
          ...shown.map((kind) => {
            const made = document.createElement(kind === "name" ? "th" : "td");
            made.textContent = cell(row, kind);
            return made;
          }),
        );
        return line;
      }),
    );
  }

  async function find() {
    const words = simple(input.value).split(" ").filter(Boolean);
    table ??= load();
    const rows = await table;
    const found = words.length ? rows.filter((r) => words.every((w) => r.key.includes(w))) : [];
    box.querySelector(".scroll").hidden = !found.length;
    show(found.slice(0, MOST));
    const many = found.length > MOST ? `; shown are the first ${MOST}` : "";
    status.textContent = words.length ? `${found.length.toLocaleString("en")} found${many}.` : "";
  }

  async function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await unpacked()], { type: "text/csv" }));
    link.download = "estimates.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  if (typeof DecompressionStream === "undefined") return;
  box.hidden = false;
  document.getElementById("unsearchable").hidden = true;
  input.addEventListener("input", find);
  box.querySelector("button").addEventListener("click", save);
})();
