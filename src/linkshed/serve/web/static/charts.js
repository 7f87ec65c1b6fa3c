// Draws the drawings of linkshed.charts: each .drawing holds its figure for both themes.
const drawings = [...document.querySelectorAll(".drawing")];
const system = matchMedia("(prefers-color-scheme: dark)");

function draw(place) {
  const chosen = document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");
  const { data, layout } = JSON.parse(place.dataset[chosen]);
  Plotly.react(place, data, layout, { displayModeBar: false, responsive: true });
}

// Marks that lead somewhere; the table of numbers below has the same links.
for (const place of drawings.filter((drawing) => drawing.dataset.leads)) {
  const opens = JSON.parse(place.dataset.leads);
  addEventListener("load", () => place.on("plotly_click", ({ points }) => {
    const address = opens[points[0].pointIndex];
    if (address) location.assign(address);
  }));
}

const drawAll = () => drawings.forEach(draw);
drawAll();
document.addEventListener("themechange", drawAll);
system.addEventListener("change", drawAll);
