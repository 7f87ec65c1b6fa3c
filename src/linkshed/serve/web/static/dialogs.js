// The dialogs of a report, which the server writes when one is opened, or about to be.
const actions = $("[data-dialogs]");
let coming = null;

async function fetched() {
  const answer = await fetch(actions.dataset.dialogs, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText || `status ${answer.status}`);
  $("main").insertAdjacentHTML("beforeend", await answer.text());
  if ($(".builder .line")) build($(".builder"));
}

function have() {
  coming ??= fetched().catch((error) => { coming = null; throw error; });
  return coming;
}

function fail(words) {
  $(".failed", actions)?.remove();
  if (!words) return;
  const told = Object.assign(document.createElement("p"), { className: "failed quiet", textContent: words });
  told.setAttribute("role", "alert");
  actions.append(told);
}

for (const opener of document.querySelectorAll("[data-opens]")) {
  for (const sign of ["pointerenter", "focus"]) {
    opener.addEventListener(sign, () => { have().catch(() => { /* told when it is opened */ }); });
  }
  opener.addEventListener("click", async () => {
    opener.setAttribute("aria-busy", "true");
    try {
      await have();
      fail("");
      if (!$("dialog[open]")) $(`#${opener.dataset.opens}`).showModal();
    } catch (error) {
      fail(`It could not be had (${error.message}). Try again.`);
    } finally {
      opener.removeAttribute("aria-busy");
    }
  });
}

// The chooser of columns: those that hold the words looked for
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-finds]")) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const choice of event.target.form.querySelectorAll(".choices > li")) {
    choice.hidden = !words.every((word) => choice.textContent.toLowerCase().includes(word));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-finds]")) event.preventDefault();
});

// The builder of filters
const unary = ["empty", "!empty", "is_null", "!is_null", "true", "false"];

function suit(builder, line) {
  const ops = JSON.parse(builder.dataset.ops)[$("[name=f]", line).selectedOptions[0].dataset.kind];
  const chooser = $("[name=o]", line);
  const chosen = chooser.value;
  if ([...chooser.options].map((option) => option.value).join() !== Object.keys(ops).join()) {
    chooser.replaceChildren(...Object.entries(ops).map(([op, words]) => new Option(words, op)));
    if (chosen in ops) chooser.value = chosen;
  }
  const value = $("[name=v]", line);
  value.readOnly = unary.includes(chooser.value);
  if (value.readOnly) value.value = "";
}

function build(builder) {
  const blank = $(".line", builder).cloneNode(true);
  const add = (place, group) => {
    const line = blank.cloneNode(true);
    $("[name=g]", line).value = group;
    $("[name=f]", line).value = builder.dataset.first;
    $("[name=v]", line).value = "";
    place(line);
    suit(builder, line);
    $("[name=f]", line).focus();
  };
  const lines = $("[data-lines]", builder);
  for (const line of lines.querySelectorAll(".line")) suit(builder, line);
  builder.addEventListener("change", (event) => {
    const line = event.target.closest(".line");
    if (line) suit(builder, line);
    if (event.target.name === "join") {
      for (const word of builder.querySelectorAll("[data-other]")) {
        word.textContent = event.target.value === "and" ? "any" : "all";
      }
    }
  });
  builder.addEventListener("click", (event) => {
    if (event.target.closest("[data-removes]")) event.target.closest(".line").remove();
    const adder = event.target.closest("[data-adds]");
    if (adder) {
      const set = adder.closest("fieldset");
      add((line) => (set ? adder.before(line) : lines.append(line)), adder.dataset.adds);
    }
    if (event.target.closest("[data-groups]")) {
      const group = 1 + Math.max(0, ...[...lines.querySelectorAll("fieldset")].map((set) => Number(set.dataset.set)));
      const set = document.createElement("fieldset");
      set.dataset.set = group;
      const legend = document.createElement("legend");
      const word = document.createElement("span");
      word.dataset.other = "";
      word.textContent = $("[name=join]", builder).value === "and" ? "any" : "all";
      legend.append(word, " of");
      const more = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: "+ condition" });
      more.dataset.adds = group;
      set.append(legend, more);
      lines.append(set);
      add((line) => more.before(line), group);
    }
  });
}
