// What does not fit on a screen, in words; an empty list when all does.
() => {
  const found = [];
  const dialog = [...document.querySelectorAll("dialog[open]")].pop();
  const root = dialog ?? document.body;
  const style = (part) => getComputedStyle(part);
  const seen = (part) => part.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !part.closest(".hidden, .skip, svg, .drawing");
  const named = (part) => `${part.tagName.toLowerCase()}.${part.className} "${(part.textContent || part.value || "").trim().slice(0, 40)}"`;
  const frame = (part) => { // what scrolls or cuts a part
    for (let box = part.parentElement; box && box !== document.body; box = box.parentElement) {
      if (/auto|scroll|hidden|clip/.test(style(box).overflowX)) return box;
    }
    return null;
  };
  const width = (text, control) => { // of a text in a control, with the room at its sides
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = style(control).font;
    return pen.measureText(text).width + parseFloat(style(control).paddingLeft) + parseFloat(style(control).paddingRight);
  };

  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const parts = [...root.querySelectorAll("*")].filter(seen);
  for (const part of parts) {
    const box = part.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if ((box.right > innerWidth + 1 || box.left < -1) && !frame(part)) found.push(`beyond the screen: ${named(part)}`);
    if (/hidden|clip/.test(style(part).overflowX) && !part.matches("input") && part.scrollWidth > part.clientWidth + 1) found.push(`cut: ${named(part)}`);
    if (part.matches("button, .button") && part.scrollWidth > part.clientWidth + 1) found.push(`cut button: ${named(part)}`);
    if (part.matches("select") && width(part.selectedOptions[0]?.textContent.trim() ?? "", part) + 16 > box.width + 1) found.push(`cut choice: ${named(part)}`);
    if (part.matches("input") && part.placeholder && !part.value && width(part.placeholder, part) > box.width + 1) found.push(`cut hint: ${part.placeholder}`);
    const around = part.parentElement.closest(".card, .popped, .figure, td, th, li");
    if (around && style(part).position !== "absolute" && box.right > around.getBoundingClientRect().right + 1) {
      const cutting = frame(part);
      if (!cutting || (cutting !== around && !around.contains(cutting))) found.push(`out of its box: ${named(part)}`);
    }
  }

  for (const figures of root.querySelectorAll("dl.figures")) { // of a row, the values stand level
    const values = [...figures.querySelectorAll("dd")].map((value) => [value.parentElement.getBoundingClientRect().top, value.getBoundingClientRect().top]);
    if (values.some(([row, top]) => values.some(([other, level]) => Math.abs(row - other) < 2 && Math.abs(top - level) > 1))) found.push(`not level: ${named(figures)}`);
  }
  for (const way of parts.filter((part) => part.matches(".out"))) { // the way out follows its address
    const before = way.previousElementSibling?.getClientRects();
    if (before?.length && way.getBoundingClientRect().top > [...before].pop().bottom) found.push(`torn off: ${named(way.parentElement)}`);
  }
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  for (const drawing of root.querySelectorAll(".drawing")) { // a title of an axis stands free of its labels
    const labels = [...drawing.querySelectorAll(".xtick text, .ytick text")].map((label) => label.getBoundingClientRect());
    for (const title of drawing.querySelectorAll(".xtitle, .ytitle")) {
      if (labels.some((label) => meet(label, title.getBoundingClientRect()))) found.push(`over the labels: ${title.textContent}`);
    }
  }
  const ends = (part) => { // where its visible text begins and ends
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), text = document.createRange(), rects = [];
    while (walker.nextNode()) {
      text.selectNodeContents(walker.currentNode);
      if (walker.currentNode.data.trim() && !walker.currentNode.parentElement.closest(".hidden")) rects.push(...text.getClientRects());
    }
    return [Math.min(...rects.map((rect) => rect.left)), Math.max(...rects.map((rect) => rect.right))];
  };
  for (const button of parts.filter((part) => part.matches("button.small, .button.small") && part.textContent.trim())) {
    const box = button.getBoundingClientRect(), [left, right] = ends(button);
    if (Math.abs((left - box.left) - (box.right - right)) > 4) found.push(`lopsided: ${named(button)}`);
  }
  for (const cell of parts.filter((part) => part.matches(".sheet .plain :is(td, th)") && part.textContent.trim())) {
    const sheet = cell.closest(".sheet");
    if (parseFloat(style(sheet).borderLeftWidth) && sheet.scrollLeft === 0 && ends(cell)[0] < sheet.getBoundingClientRect().left + 6) found.push(`at the edge: ${named(cell)}`);
  }

  const controls = parts.filter((part) => part.matches("a[href], button, input, select, textarea, summary"));
  const rects = controls.map((part) => [...part.getClientRects()]);
  const floats = (part) => { for (let box = part; box; box = box.parentElement) if (/sticky|fixed/.test(style(box).position) || box.matches(".popped")) return true; return false; };
  const is_floating = controls.map(floats);
  const frames = controls.map(frame);
  const is_covered = !dialog && document.querySelector(".pop[open]");
  const kinds = new Set();
  controls.forEach((one, i) => {
    for (let j = i + 1; !is_covered && j < Math.min(i + 40, controls.length); j++) {
      const other = controls[j];
      if (is_floating[i] || is_floating[j] || frames[i] !== frames[j] || one.contains(other)) continue;
      const meet = rects[i].some((a) => rects[j].some((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3));
      if (meet) found.push(`one over the other: ${named(one)} and ${named(other)}`);
    }
    const place = (one.closest("label") ?? one).getBoundingClientRect();
    const is_text = style(one).display === "inline" || one.closest(".rows");
    if (innerWidth <= 400 && !is_text && Math.min(place.width, place.height) < 23.5) found.push(`hard to hit: ${named(one)} ${Math.round(place.width)}x${Math.round(place.height)}`);
    const kind = `${one.tagName} ${one.className} ${one.parentElement.className}`;
    if (kinds.has(kind)) return;
    kinds.add(kind);
    document.activeElement?.blur();
    one.focus({ focusVisible: true, preventScroll: true });
    if (document.activeElement === one && (style(one).outlineStyle === "none" || parseFloat(style(one).outlineWidth) < 1)) found.push(`no ring when reached: ${named(one)}`);
  });
  document.activeElement?.blur();
  return [...new Set(found)];
}
