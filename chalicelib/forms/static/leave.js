"use strict";
// A convenience only: the exit link works without this. Nothing of it is needed to answer.
(() => {
  const exit = document.querySelector(".exit a");
  const WITHIN = 5000; // milliseconds for three presses of Shift
  let presses = [];

  // Chromium writes what was posted to disk, to bring the page back after a restart. An entry of the same address
  // that posted nothing takes its place before it does.
  history.replaceState(null, "", location.href);

  function leave() {
    const away = exit.href;
    // At once, before the network answers: nothing of the page is left to see, nor to come back to.
    document.body.replaceChildren();
    document.title = exit.hostname;
    location.replace(away);
  }

  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("pointerdown", () => (presses = []));
  document.addEventListener("keydown", (event) => {
    // With another key held, Shift changes the keyboard's language, or belongs to a command.
    if (event.key !== "Shift" || event.altKey || event.ctrlKey || event.metaKey) {
      presses = [];
    } else if (!event.repeat) {
      presses = [...presses.filter((time) => event.timeStamp - time < WITHIN), event.timeStamp];
      if (presses.length === 3) leave();
    }
  });
  // Kept by the browser and shown again: empty, so load it anew.
  addEventListener("pageshow", (event) => event.persisted && !document.body.children.length && location.reload());
  document.querySelector(".exit .keys").hidden = false;
})();
