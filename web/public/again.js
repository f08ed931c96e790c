/**
 * Loads the page again when its scripts did not come: a network that changes underneath ends every request
 * of a page, and a script that was cut off is not asked for twice by itself. It stands beside the
 * bundle, since nothing in the bundle runs then.
 */
(() => {
  const KEY = "hoster-again";
  const MOST = 3;
  /** Milliseconds: what a browser waits before it asks again, and after which earlier tries are forgotten. */
  const PAUSE = 1000;
  const FORGOTTEN = 60_000;

  const earlier = () => {
    try {
      const told = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
      return told.filter((at) => Date.now() - at < FORGOTTEN);
    } catch {
      return Array(MOST).fill(Date.now());
    }
  };

  const again = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify([...earlier(), Date.now()]));
    } catch {
      // Where nothing can be kept, the tries cannot be counted: none is made.
      return;
    }
    location.reload();
  };

  const giveUp = () => {
    const said = document.createElement("p");
    said.setAttribute("role", "alert");
    said.style.cssText = "margin: 20vh auto 0; max-width: 44ch; padding: 0 16px; font: 16px/1.5 sans-serif";
    said.textContent = "This page did not load. Look at your connection, then load it again.";
    document.getElementById("root")?.replaceChildren(said);
  };

  addEventListener("load", () => {
    if ("began" in document.documentElement.dataset) return;
    if (earlier().length >= MOST) giveUp();
    else if (navigator.onLine) setTimeout(again, PAUSE);
    else addEventListener("online", again, { once: true });
  });
})();
