// The search page: asks a worker for what is found, see search_ranking.js, and shows it. The index is
// fetched when somebody asks, by a script, so that it works from a folder of files as well.
(() => {
  const form = document.querySelector(".sn-search");
  const field = form.elements.q;
  const count = document.querySelector(".sn-found-count");
  const list = document.querySelector(".sn-found");
  const more = document.querySelector(".sn-found-more");
  const help = document.querySelector(".sn-not-found");

  let ranking = null; // the worker, once it has the index
  let wanted = ""; // the question that is to be answered

  // What is shown

  function make(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function row({ address, page, title, isCode, said }) {
    const link = make("a", "", title || page);
    link.href = address;
    const where = title ? [make("span", "sn-found-page", page)] : [];
    const pieces = said.map((piece, i) => (i % 2 ? make("mark", "", piece) : piece));
    return make("li", "", link, ...where, make("p", isCode ? "sn-found-code" : "", ...pieces));
  }

  const sections = (number) => (number === 1 ? "1 section" : `${number} sections`);

  function show({ question, first, rest, instead, partly }) {
    if (question !== wanted) return; // another is under way
    const number = first.length + rest.length;
    list.replaceChildren(...first.map(row));
    list.removeAttribute("aria-busy");
    more.hidden = !rest.length;
    more.textContent = `Show all ${number}`;
    more.onclick = () => {
      const rows = rest.map(row);
      list.append(...rows);
      more.hidden = true;
      rows[0].querySelector("a").focus();
    };
    help.hidden = number > 0 && !instead && !partly;
    const found = sections(number);
    if (!number) count.textContent = `Nothing in the course has “${question}”.`;
    else if (instead) count.textContent = `Nothing has “${question}”. ${found} for “${instead}”:`;
    else if (partly)
      count.textContent = `Nothing has all of “${question}”. ${found} with a part of it:`;
    else count.textContent = `${found} for “${question}”`;
  }

  function clear(words) {
    list.replaceChildren();
    list.removeAttribute("aria-busy");
    more.hidden = true;
    help.hidden = true;
    count.textContent = words;
  }

  // What is asked

  function answer() {
    // Marks around a phrase say only that it is one, and what stands as typed comes first anyway.
    wanted = field.value.replace(/["“”]/g, " ").trim().replace(/\s+/g, " ");
    if (!wanted) return clear("");
    list.setAttribute("aria-busy", "true");
    if (ranking) return ranking.postMessage({ question: wanted });
    clear("Searching …");
    list.setAttribute("aria-busy", "true");
    fetchIndex();
  }

  function fetchIndex() {
    if (document.querySelector("script[data-search]")) return;
    const script = document.createElement("script");
    script.dataset.search = "";
    script.src = form.dataset.index;
    script.onerror = () => {
      script.remove();
      clear("The search could not be fetched. Are you online? Search again to retry.");
    };
    document.head.append(script);
  }

  window.startSearch = (index) => {
    // From its text, since a page that is a file may start no worker from another.
    const code = new Blob([RANKING], { type: "text/javascript" });
    ranking = new Worker(URL.createObjectURL(code));
    ranking.onmessage = ({ data }) => show(data);
    ranking.onerror = ({ message }) =>
      clear(`The search cannot work in this browser (${message}). The contents list every page.`);
    ranking.postMessage({ index });
    answer();
  };

  function keepAddress() {
    const address = new URL(location.href);
    address.searchParams.set("q", field.value.trim());
    history.replaceState(null, "", address);
  }

  let soon = 0;
  const ask = () => {
    clearTimeout(soon);
    keepAddress();
    answer();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(ask, 150); // ms, a pause between two letters
  });

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) answer();
  else field.focus();
})();
