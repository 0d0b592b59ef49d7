// Pictures further down wait for the reader to come near, or for the page to have long been at rest:
// then it prints whole, and is read on without a connection. Who saves data is spared it.
addEventListener("load", () => {
  const REST = 5000; // ms
  if (navigator.connection?.saveData) return;
  setTimeout(() => {
    for (const waiting of document.querySelectorAll("[loading=lazy]")) waiting.loading = "eager";
  }, REST);
});
