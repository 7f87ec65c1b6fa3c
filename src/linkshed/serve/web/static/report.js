// The page of a report: its small panels, rows inside rows, the drawer, saved views.
const $ = (selector, from = document) => from.querySelector(selector);

// The small panels
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-closes]") || event.target.matches("dialog")) event.target.closest("dialog").close();
  for (const panel of document.querySelectorAll(".pop[open]")) {
    if (!event.composedPath().includes(panel)) panel.open = false;
  }
});
document.addEventListener("focusin", (event) => {
  for (const panel of document.querySelectorAll(".pop[open]")) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const panel of document.querySelectorAll(".pop[open]")) {
    panel.open = false;
    $("summary", panel).focus();
  }
});

// What is reached with keys is not left behind the first column
for (const table of document.querySelectorAll(".sheet > .rows")) {
  const head = table.tHead.rows[0].cells[0];
  new ResizeObserver(() => {
    table.parentElement.style.scrollPaddingLeft = `${head.offsetWidth + 16}px`;
  }).observe(head);
}

// Why a value is not there, said once in the head of its column
document.addEventListener("pointerover", (event) => {
  const dash = event.target.closest(".null");
  if (!dash || dash.title) return;
  const cell = dash.closest("td, th");
  dash.title = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].dataset.null;
});

// Told to those who listen, as it shows elsewhere than where they are
const said = Object.assign(document.createElement("p"), { className: "hidden" });
said.setAttribute("role", "status");
if ($(".sheet > .rows .drill")) document.body.append(said);

// Rows inside a row
for (const link of document.querySelectorAll(".sheet > .rows .drill")) {
  const own = new URL(link.href).pathname.startsWith("/reports/");
  if (!own) continue;
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", "false");
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); link.click(); }
  });
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const row = link.closest("tr");
    const open = row.nextElementSibling?.classList.contains("inside") ? row.nextElementSibling : null;
    for (const other of row.querySelectorAll(".drill[aria-expanded=true]")) other.setAttribute("aria-expanded", "false");
    open?.remove();
    if (open && open.dataset.of === link.href) return;
    link.setAttribute("aria-expanded", "true");
    const inside = document.createElement("tr");
    inside.className = "inside";
    inside.dataset.of = link.href;
    const cell = inside.insertCell();
    cell.colSpan = row.children.length;
    cell.innerHTML = '<div class="inner"><p class="wait" role="status">Looking …</p></div>';
    row.after(inside);
    const address = new URL(link.href);
    address.pathname += "/rows";
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const text = await answer.text();
      if (!answer.ok) throw new Error(answer.statusText);
      cell.innerHTML = text;
      const inner = cell.firstElementChild;
      inner.tabIndex = 0;
      inner.setAttribute("role", "region");
      inner.setAttribute("aria-label", `The rows behind ${link.textContent}`);
      said.textContent = `${inner.querySelectorAll(":scope tbody tr").length} rows are shown below.`;
    } catch (error) {
      $(".wait", cell).textContent = `These rows could not be had (${error.message}). Open them as a page of their own.`;
    }
  });
}

// Boxes before rows: how many are ticked, and all at once
const boxes = [...document.querySelectorAll(".choice > input")];
if (boxes.length) {
  const all = $("[data-all]");
  const tell = () => {
    const n = boxes.filter((box) => box.checked).length;
    $("[data-chosen]").textContent = n ? `${n} chosen` : "";
    all.textContent = n === boxes.length ? "Tick none" : "Tick all rows of this page";
  };
  all.setAttribute("role", "button");
  all.addEventListener("click", (event) => {
    event.preventDefault();
    const ticked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = ticked;
    tell();
  });
  all.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); all.click(); }
  });
  document.addEventListener("change", tell);
  addEventListener("pageshow", tell);
}

// The drawer: a page about one URL beside the table it was named in
const drawer = Object.assign(document.createElement("dialog"), { className: "drawer" });
drawer.setAttribute("aria-label", "The page");
$("main").append(drawer);

const MARK = "#page=";

async function fill(url) {
  const query = new URLSearchParams(location.search);
  const address = new URL("/page", location.href);
  for (const name of ["scope", "mode", "snapshot"]) if (query.has(name)) address.searchParams.set(name, query.get(name));
  address.searchParams.set("url", url);
  drawer.innerHTML = '<header><a class="button small">Open as a page</a><button class="icon" type="button" data-closes aria-label="Close">×</button></header><div class="drawn"><p role="status">Looking …</p></div>';
  $("a", drawer).href = address;
  drawer.returnValue = "";
  if (!drawer.open) drawer.showModal();
  const place = $(".drawn", drawer);
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of page.querySelectorAll(".working, .notice")) part.remove();
    place.replaceChildren(...$("main", page).children);
  } catch (error) {
    $("p", place).textContent = `The page could not be had (${error.message}).`;
  }
}

// What the drawer shows is in the address, so that it can be sent, reloaded and gone back from.
function follow() {
  if (location.hash.startsWith(MARK)) fill(decodeURIComponent(location.hash.slice(MARK.length)));
  else if (drawer.open) drawer.close("gone back");
}
addEventListener("hashchange", follow);
drawer.addEventListener("close", () => {
  if (!drawer.returnValue && location.hash.startsWith(MARK)) history.replaceState(null, "", location.pathname + location.search);
});
follow();

drawer.addEventListener("click", (event) => {
  const jump = event.target.closest('a[href^="#"]');
  if (!jump) return;
  event.preventDefault();
  $(jump.getAttribute("href"), drawer)?.scrollIntoView();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".sheet tbody .url a:not(.out)");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = MARK + encodeURIComponent(new URL(link.href).searchParams.get("url"));
});

// Saved views: a name and what an address says besides the target
const list = $("[data-views]");
if (list) {
  const target = ["scope", "mode", "snapshot", "cursor"];
  const key = `views/${list.dataset.report}`;
  const read = () => { try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } };
  const write = (views) => { try { localStorage.setItem(key, JSON.stringify(views)); } catch { /* not kept */ } };
  const show = () => {
    const views = read();
    const names = Object.keys(views).sort();
    $("[data-none]").hidden = names.length > 0;
    list.replaceChildren(...names.map((name) => {
      const asked = new URLSearchParams(views[name]);
      for (const [field, value] of new URLSearchParams(location.search)) {
        if (target.includes(field) && field !== "cursor") asked.set(field, value);
      }
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: `${location.pathname}?${asked}`, textContent: name });
      const remove = Object.assign(document.createElement("button"), { type: "button", className: "icon", textContent: "×" });
      remove.setAttribute("aria-label", `Forget the view ${name}`);
      remove.addEventListener("click", () => { const left = read(); delete left[name]; write(left); show(); });
      item.append(link, remove);
      return item;
    }));
  };
  $(".save").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.elements.namedItem("name");
    const asked = new URLSearchParams(location.search);
    target.forEach((name) => asked.delete(name));
    write({ ...read(), [field.value]: asked.toString() });
    field.value = "";
    show();
  });
  show();
}
