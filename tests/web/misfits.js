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
