// The theme's buttons, for who uses no mouse: a button says what it has opened, a drawer can be closed
// from within and gives the focus back, Escape takes a tooltip away, a copy and a look are told.
document.addEventListener("DOMContentLoaded", () => {
  const tooltip = (button) => window.bootstrap?.Tooltip.getInstance(button);

  // The theme takes the focus from a button that was pressed, to be rid of its tooltip.
  const pressed = ".sidebar-toggle, .theme-switch-button, .search-button__button";
  for (const button of document.querySelectorAll(pressed))
    button.blur = () => {
      tooltip(button)?.hide();
      if (!button.matches(":focus-visible")) HTMLElement.prototype.blur.call(button);
    };

  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const button of document.querySelectorAll("[aria-describedby^=tooltip]"))
      tooltip(button)?.hide();
  });

  for (const part of ["primary", "secondary"]) {
    const [button, sidebar, drawer] = [
      document.querySelector(`.${part}-toggle`),
      document.getElementById(`pst-${part}-sidebar`),
      document.getElementById(`pst-${part}-sidebar-modal`),
    ];
    if (button && sidebar && drawer) tell(button, sidebar, drawer);
  }

  /** Keep a sidebar's button up to date; the sidebar slides in as a drawer where there is no room. */
  function tell(button, sidebar, drawer) {
    const room = matchMedia("(min-width: 992px)");
    const say = () => {
      const beside = room.matches && !sidebar.classList.contains("pst-sidebar-hidden");
      button.setAttribute("aria-expanded", drawer.open || beside);
    };
    const watch = new MutationObserver(say);
    watch.observe(drawer, { attributeFilter: ["open"] });
    watch.observe(sidebar, { attributeFilter: ["class"] });
    room.addEventListener("change", say);
    say();

    // Where a link leads on this page, it leads when the drawer is away and has given the focus back.
    drawer.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (!link) return;
      event.preventDefault();
      drawer.returnValue = link.hash;
      drawer.close();
    });
    drawer.addEventListener("close", () => {
      button.focus();
      tooltip(button)?.hide();
      if (drawer.returnValue) location.hash = drawer.returnValue;
      drawer.returnValue = "";
    });
  }

  for (const button of document.querySelectorAll(".sn-close"))
    button.addEventListener("click", () => button.closest("dialog")?.close());

  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.querySelector("main")?.append(status);
  new MutationObserver(([{ target }]) => {
    status.textContent = target.dataset.tooltip === "Copied!" ? "Copied" : "";
  }).observe(document.body, { attributeFilter: ["data-tooltip"], subtree: true });

  const looks = document.querySelector(".theme-switch-button");
  const named = () => {
    const { mode } = document.documentElement.dataset;
    looks?.setAttribute("aria-label", `Colours: ${mode === "auto" ? "as your system" : mode}`);
  };
  new MutationObserver(named).observe(document.documentElement, { attributeFilter: ["data-mode"] });
  named();
});
