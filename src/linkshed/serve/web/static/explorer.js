// What every page does: the switch of themes, the menu on small screens, links that lead away,
// buttons that copy.
const root = document.documentElement;

// What was shown while the page came
document.querySelector("main > .working")?.remove();

document.getElementById("theme")?.addEventListener("click", () => {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not kept */ }
  document.dispatchEvent(new Event("themechange"));
});

const menu = document.getElementById("menu");
const narrow = matchMedia("(max-width: 60rem)");
const fold = () => { if (menu) menu.open = !narrow.matches; };
fold();
narrow.addEventListener("change", fold);

// Groups of the menu that were opened stay open on the next page.
const groups = [...document.querySelectorAll(".menu .group")];
const called = (group) => group.querySelector("h2").textContent;
try {
  const open = JSON.parse(sessionStorage.getItem("menu")) ?? [];
  for (const group of groups) {
    group.open ||= open.includes(called(group));
    group.addEventListener("toggle", () => {
      const names = groups.filter((one) => one.open).map(called);
      try { sessionStorage.setItem("menu", JSON.stringify(names)); } catch { /* not kept */ }
    });
  }
} catch { /* storage may be forbidden; the page's own group is then open */ }

document.addEventListener("click", async (event) => {
  const out = event.target.closest("a.out");
  if (out) out.target = "_blank";
  const button = event.target.closest("[data-copy], [data-copy-of]");
  if (!button) return;
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? document.getElementById(button.dataset.copyOf).textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it by hand";
  }
  setTimeout(() => { button.textContent = words; }, 1600);
});

// Fields left empty do not lengthen the address.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "get" || event.target.matches(".builder")) return;
  for (const field of event.target.querySelectorAll("input, select")) {
    if (field.name && field.value === "" && field.type !== "search") field.disabled = true;
  }
});
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[method=get] :disabled, form:not([method]) :disabled")) field.disabled = false;
});
