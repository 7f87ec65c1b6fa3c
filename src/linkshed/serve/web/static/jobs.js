// Keeps the list of jobs fresh while one is under way, and shows the options of the reader chosen.
const place = document.getElementById("jobs");
const EVERY = 1500;

async function refresh() {
  try {
    const answer = await fetch(place.dataset.list, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      const opened = [...place.querySelectorAll("details[open]")].map((part) => part.closest("[data-job]").dataset.job);
      const focused = place.contains(document.activeElement);
      if (!focused) {
        place.replaceChildren(...document.importNode(found.body, true).childNodes);
        for (const job of opened) place.querySelector(`[data-job="${job}"] details`)?.setAttribute("open", "");
      }
    }
  } catch { /* the server is away; look again */ }
  if (place.querySelector("[data-open]")) setTimeout(refresh, EVERY);
}

const reader = document.getElementById("reader");

function choose() {
  for (const part of document.querySelectorAll("[data-reader]")) part.hidden = part.dataset.reader !== reader.value;
}

reader?.addEventListener("change", choose);
if (reader) choose();
if (place?.querySelector("[data-open]")) setTimeout(refresh, EVERY);
