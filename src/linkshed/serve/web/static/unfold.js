// Fetches what is inside of a folded part of a page when it is opened for the first time.
async function unfold(part) {
  const inside = part.querySelector("[data-inside]");
  try {
    const answer = await fetch(part.dataset.unfolds, { headers: { Accept: "text/html" } });
    const text = await answer.text();
    const found = new DOMParser().parseFromString(text, "text/html");
    const shown = answer.ok ? found.body : found.querySelector("main") ?? found.body;
    inside.replaceChildren(...document.importNode(shown, true).childNodes);
    if (!answer.ok) part.addEventListener("toggle", () => part.open && unfold(part), { once: true });
  } catch {
    inside.textContent = "The server did not answer. Fold and open it again.";
    part.addEventListener("toggle", () => part.open && unfold(part), { once: true });
  }
}

for (const part of document.querySelectorAll("[data-unfolds]")) {
  part.addEventListener("toggle", () => unfold(part), { once: true });
}
