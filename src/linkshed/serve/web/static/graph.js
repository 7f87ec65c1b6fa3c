// The graph: places come from the server, here they are drawn, moved and picked. While the view
// moves, the last picture is moved; a new one is drawn in slices, so that no frame takes long.
const part = document.querySelector("[data-graph]");
const SLICE = 1500;
const SIGNS = ["--data-1", "--data-2", "--data-3", "--data-4", "--data-5", "--data-6"];

function start(graph) {
  const canvas = part.querySelector("canvas");
  const screen = canvas.getContext("2d");
  const sheet = document.createElement("canvas");
  const ink = sheet.getContext("2d");
  const kept = document.createElement("canvas");
  const { nodes, links } = graph;
  const n = nodes.name.length;
  const most = Math.max(...nodes.equity.slice(0, 1), 1e-12);
  const radius = nodes.equity.map((equity) => 2 + 14 * Math.sqrt(Math.max(equity, 0) / most));
  const groups = grouped(nodes.domain);
  const span = { x: ends(nodes.x), y: ends(nodes.y) };
  let view = { x: 0, y: 0, scale: 1 };
  let isWhole = true;
  let drawn = { ...view };
  let chosen = -1;
  let job = 0;

  const unit = () => (Math.min(canvas.width, canvas.height) / 2) * 0.92;
  const across = (x, v = view) => canvas.width / 2 + (x - v.x) * unit() * v.scale;
  const down = (y, v = view) => canvas.height / 2 + (y - v.y) * unit() * v.scale;
  const size = (i) => radius[i] * devicePixelRatio * Math.min(Math.max(view.scale ** 0.5, 0.7), 4);


  function* picture() {
    const inks = { line: probe("--line-2"), text: probe("--ink"), rest: probe("--ink-3"), paper: probe("--surface") };
    const signs = SIGNS.map(probe);
    ink.clearRect(0, 0, sheet.width, sheet.height);
    ink.globalAlpha = n > 2000 ? 0.35 : 0.6;
    ink.strokeStyle = inks.line;
    ink.lineWidth = devicePixelRatio * 0.7;
    for (let from = 0; from < links.source.length; from += SLICE) {
      ink.beginPath();
      for (let k = from; k < Math.min(from + SLICE, links.source.length); k++) {
        const a = links.source[k], b = links.target[k];
        ink.moveTo(across(nodes.x[a]), down(nodes.y[a]));
        ink.lineTo(across(nodes.x[b]), down(nodes.y[b]));
      }
      ink.stroke();
      yield;
    }
    ink.globalAlpha = 1;
    ink.lineWidth = devicePixelRatio;
    ink.strokeStyle = inks.paper;
    for (let i = n - 1; i >= 0; i--) {
      ink.fillStyle = groups.of[i] < signs.length ? signs[groups.of[i]] : inks.rest;
      ink.beginPath();
      ink.arc(across(nodes.x[i]), down(nodes.y[i]), size(i), 0, 7);
      ink.fill();
      if (radius[i] > 4) ink.stroke();
      if (i % SLICE === 0) yield;
    }
    ink.fillStyle = inks.text;
    ink.strokeStyle = inks.paper;
    ink.lineWidth = 3 * devicePixelRatio;
    ink.font = `${12 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
    const taken = [];
    const high = 15 * devicePixelRatio;
    for (let i = 0, told = 0; i < n && told < 24; i++) {
      const x = across(nodes.x[i]) + size(i) + 3, y = down(nodes.y[i]) + 4;
      if (x < 0 || y < 0 || x > sheet.width || y > sheet.height) continue;
      const words = short(nodes.name[i], canvas.clientWidth < 500 ? 18 : 32);
      const wide = ink.measureText(words).width;
      const isRight = x + wide > sheet.width && across(nodes.x[i]) - size(i) - 3 > wide;
      const from = isRight ? across(nodes.x[i]) - size(i) - 3 - wide : x;
      if (taken.some((other) => from < other.to && other.from < from + wide && Math.abs(other.y - y) < high)) continue;
      taken.push({ from, to: from + wide + 6, y });
      ink.strokeText(words, from, y);
      ink.fillText(words, from, y);
      told++;
    }
  }

  const looked = document.createElement("i");
  looked.hidden = true;
  part.append(looked);
  function probe(name) {
    looked.style.color = `var(${name})`;
    return getComputedStyle(looked).color;
  }

  function show() {
    if (!canvas.dataset.drawn) return;
    const ratio = view.scale / drawn.scale;
    screen.setTransform(1, 0, 0, 1, 0, 0);
    screen.clearRect(0, 0, canvas.width, canvas.height);
    const x = across(drawn.x) - (canvas.width / 2) * ratio, y = down(drawn.y) - (canvas.height / 2) * ratio;
    screen.drawImage(kept, x, y, canvas.width * ratio, canvas.height * ratio);
    if (chosen >= 0) ring();
  }

  function ring() {
    screen.strokeStyle = probe("--accent-strong");
    screen.lineWidth = 3 * devicePixelRatio;
    screen.beginPath();
    screen.arc(across(nodes.x[chosen]), down(nodes.y[chosen]), size(chosen) + 4 * devicePixelRatio, 0, 7);
    screen.stroke();
  }

  function redraw() {
    const mine = ++job;
    const asked = { ...view };
    const steps = picture();
    const step = () => {
      if (mine !== job) return;
      const until = performance.now() + 8;
      let done = false;
      while (!done && performance.now() < until) done = steps.next().done;
      if (!done) return requestAnimationFrame(step);
      kept.width = sheet.width;
      kept.height = sheet.height;
      kept.getContext("2d").drawImage(sheet, 0, 0);
      drawn = asked;
      canvas.dataset.drawn = n;
      show();
    };
    requestAnimationFrame(step);
  }

  let rest = 0;
  function moved() {
    job++;
    requestAnimationFrame(show);
    clearTimeout(rest);
    rest = setTimeout(redraw, 120);
  }

  function fit() {
    const box = canvas.getBoundingClientRect();
    if (!box.width || !box.height) return;
    for (const one of [canvas, sheet]) {
      one.width = box.width * devicePixelRatio;
      one.height = box.height * devicePixelRatio;
    }
    if (isWhole) view = whole();
    redraw();
  }

  // The view in which all nodes are seen, as large as they can be.
  function whole() {
    const room = 0.88 / unit() / 2;
    const scale = Math.min((canvas.width * room) / span.x.half, (canvas.height * room) / span.y.half, 20);
    return { x: span.x.middle, y: span.y.middle, scale };
  }

  function zoom(by, x = canvas.width / 2, y = canvas.height / 2) {
    const scale = Math.min(Math.max(view.scale * by, 0.5), 60);
    const point = { x: view.x + (x - canvas.width / 2) / unit() / view.scale, y: view.y + (y - canvas.height / 2) / unit() / view.scale };
    view = { scale, x: point.x - (x - canvas.width / 2) / unit() / scale, y: point.y - (y - canvas.height / 2) / unit() / scale };
    isWhole = false;
    moved();
  }

  function nearest(event) {
    const x = event.offsetX * devicePixelRatio, y = event.offsetY * devicePixelRatio;
    let best = -1, least = 14 * devicePixelRatio;
    for (let i = 0; i < n; i++) {
      const away = Math.hypot(across(nodes.x[i]) - x, down(nodes.y[i]) - y) - size(i);
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }

  function choose(i) {
    chosen = i;
    const panel = part.querySelector(".chosen");
    panel.hidden = i < 0;
    show();
    if (i < 0) return;
    const name = nodes.name[i], isPage = part.dataset.by === "page";
    panel.querySelector("[data-name]").textContent = short(name, 120);
    const inward = links.target.filter((end) => end === i).length, outward = links.source.filter((end) => end === i).length;
    panel.querySelector("[data-told]").textContent =
      `${nodes.equity[i].toPrecision(4)} page-equivalents; joined by ${inward} and to ${outward} of those shown; ${nodes.distance[i]} steps from the target`;
    const query = new URLSearchParams(isPage ? { url: name } : { scope: name, mode: "domain" });
    panel.querySelector("[data-open]").href = `${isPage ? "/page" : "/overview"}?${query}`;
    const again = new URL(part.dataset.rebuild, location.href);
    again.searchParams.set("scope", name);
    again.searchParams.set("mode", isPage ? "url" : "domain");
    panel.querySelector("[data-again]").href = again;
  }

  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) {
      const i = nearest(event);
      canvas.title = i < 0 ? "" : short(nodes.name[i], 120);
      canvas.style.cursor = i < 0 ? "grab" : "pointer";
      return;
    }
    const dx = event.clientX - held.x, dy = event.clientY - held.y;
    if (Math.abs(dx) + Math.abs(dy) < 3 && !held.moved) return;
    view.x -= (dx * devicePixelRatio) / unit() / view.scale;
    view.y -= (dy * devicePixelRatio) / unit() / view.scale;
    held = { x: event.clientX, y: event.clientY, moved: true };
    isWhole = false;
    moved();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (held && !held.moved) choose(nearest(event));
    held = null;
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), event.offsetX * devicePixelRatio, event.offsetY * devicePixelRatio);
  }, { passive: false });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const by = Number(button.dataset.zoom);
      if (by) return zoom(by);
      isWhole = true;
      view = whole();
      moved();
    });
  }
  document.addEventListener("themechange", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new ResizeObserver(fit).observe(canvas);
  legend(groups);
}

// The middle of places, and how far from it the outermost are.
function ends(places) {
  const least = places.reduce((a, b) => Math.min(a, b)), most = places.reduce((a, b) => Math.max(a, b));
  return { middle: (least + most) / 2, half: Math.max((most - least) / 2, 0.02) };
}

function grouped(domains) {
  const counts = new Map();
  for (const domain of domains) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const place = new Map(order.map((name, i) => [name, i]));
  return { order, counts, of: domains.map((name) => place.get(name)) };
}

function legend({ order, counts }) {
  const list = part.querySelector(".legend");
  const rest = order.slice(SIGNS.length);
  const line = (sign, words) => {
    const item = list.appendChild(document.createElement("li"));
    const mark = item.appendChild(document.createElement("i"));
    mark.style.background = `var(${sign})`;
    item.append(words);
  };
  order.slice(0, SIGNS.length).forEach((name, i) => line(SIGNS[i], `${short(name, 40)} (${counts.get(name)})`));
  if (rest.length) line("--ink-3", `${rest.length} other domains (${rest.reduce((sum, name) => sum + counts.get(name), 0)})`);
}

// What cannot be seen, or turns the direction of writing, is shown as a sign.
function short(text, longest) {
  const words = text.replace(/^https:\/\//, "").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
  return words.length <= longest ? words : `${words.slice(0, longest / 2)}…${words.slice(-longest / 2 + 1)}`;
}

async function load() {
  const state = part.querySelector(".state");
  try {
    const answer = await fetch(part.dataset.graph, { headers: { Accept: "application/json" } });
    const graph = await answer.json();
    if (!answer.ok) throw new Error(graph.received);
    start(graph);
    state.textContent = `${graph.nodes.name.length.toLocaleString("en")} nodes, ${graph.links.source.length.toLocaleString("en")} lines. Drag to move, turn the wheel to come nearer, press a node to choose it.`;
  } catch (error) {
    state.textContent = `The graph could not be drawn (${error.message}); the table below tells the same.`;
  }
}

if (part) load();
